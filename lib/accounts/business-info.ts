import type { ValidationProblem } from '../errors.js';
import { isJsonObject } from '../graph/json.js';
import { checkNames, unknownName } from '../option-checks.js';

/**
 * The business profile of a workspace; fields that are not known are null.
 *
 * @publicApi
 */
export interface WhatsAppBusinessInfo {
  /** The business's name. */
  readonly name: string | null;
  /** The business's email address. */
  readonly email: string | null;
  /** The business's phone number. */
  readonly phone: string | null;
  /** Address of the business's site. */
  readonly website: string | null;
  /** Postal address in one line. */
  readonly address: string | null;
  /** What the business does, in a sentence or two. */
  readonly description: string | null;
  /** Such as `America/Argentina/Buenos_Aires`. */
  readonly timezone: string | null;
  /** In a code of the host's, such as `11-50`. */
  readonly companySize: string | null;
  /** The same for people, such as `11 to 50 employees`. */
  readonly companySizeDisplay: string | null;
  /** Kinds of company, in the host's own words. */
  readonly companyTypes: readonly string[] | null;
  /** Lines of business, in the host's own words or Meta's, such as `RETAIL`. */
  readonly categories: readonly string[] | null;
}

/**
 * What the host says of a workspace.
 *
 * @publicApi
 */
export interface WhatsAppWorkspaceOptions {
  /** Of the business behind it; what is left out is what Meta's business profile of its primary number says. */
  readonly info?: Partial<WhatsAppBusinessInfo> | undefined;
}

const TEXTS: ReadonlySet<string> = new Set<keyof WhatsAppBusinessInfo>([
  'name',
  'email',
  'phone',
  'website',
  'address',
  'description',
  'timezone',
  'companySize',
  'companySizeDisplay',
]);

const LISTS: ReadonlySet<string> = new Set<keyof WhatsAppBusinessInfo>(['companyTypes', 'categories']);

/** What is wrong with the option `workspaces`. @param isName whether a workspace can be called so */
export function checkWorkspaces(
  workspaces: unknown,
  isName: (name: string) => boolean,
  rule: string,
): ValidationProblem[] {
  if (workspaces === undefined) return [];
  if (!isJsonObject(workspaces)) {
    return [{ path: 'workspaces', message: "must be an object such as { default: { info: { name: 'Acme' } } }." }];
  }
  return Object.entries(workspaces).flatMap(([name, options]) => {
    const path = `workspaces.${name}`;
    if (!isName(name)) return [{ path, message: `is not the name of a workspace: it has ${rule}` }];
    if (!isJsonObject(options)) return [{ path, message: "must be an object such as { info: { name: 'Acme' } }." }];
    return [
      ...checkNames<WhatsAppWorkspaceOptions>(path, options, { info: true }),
      ...checkInfo(`${path}.info`, options.info),
    ];
  });
}

function checkInfo(path: string, info: unknown): ValidationProblem[] {
  if (info === undefined) return [];
  if (!isJsonObject(info)) return [{ path, message: "must be an object such as { name: 'Acme' }." }];
  return Object.entries(info).flatMap(([name, value]) => {
    const at = `${path}.${name}`;
    if (!TEXTS.has(name) && !LISTS.has(name)) {
      const known = [...TEXTS, ...LISTS];
      return [unknownName(at, name, known, 'is no field')];
    }
    if (value === undefined || value === null) return [];
    const isRight = TEXTS.has(name)
      ? typeof value === 'string'
      : Array.isArray(value) && value.every((one) => typeof one === 'string');
    return isRight ? [] : [{ path: at, message: TEXTS.has(name) ? 'must be a text.' : 'must be a list of texts.' }];
  });
}
