/** A DNS label: a workspace's name is a subdomain on the `workspace` surface. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Words of the `metaTemplates` surface, whose paths begin where the `workspace` surface has a subdomain. */
const RESERVED = ['meta-templates', 'business-accounts', 'business-info', 'contact-lookup'];

/** What a workspace may be called, as the end of a sentence. */
export const WORKSPACE_NAME_RULE = `1 to 63 lower-case letters, digits and inner hyphens, but not ${RESERVED.join(', ')}.`;

export function isWorkspaceName(name: unknown): name is string {
  return typeof name === 'string' && LABEL.test(name) && !RESERVED.includes(name);
}
