import type { ContactFields } from '../../../contacts/contacts.inputs.js';
import type { Problem } from '../../../errors.js';
import { isJsonObject } from '../../../graph/json-object.js';
import { givenFields } from '../uploads/given-fields.js';

/** This API's names of what is filed about a person. */
const FIELDS = [
  ['firstname', 'firstName'],
  ['lastname', 'lastName'],
  ['email', 'email'],
  ['country', 'country'],
  ['groups', 'groups'],
] as const;

/** What a send says of its contact, in the module's names. What the fields hold is checked where they are filed. */
export function readContact(given: unknown): {
  readonly contact: ContactFields;
  readonly problems: readonly Problem[];
} {
  if (given === undefined) return { contact: {}, problems: [] };
  const read = givenFields(typeof given === 'string' ? parsed(given) : given);
  if (!isJsonObject(read)) {
    const message = 'must be an object with firstname, lastname, email, country and groups.';
    return { contact: {}, problems: [{ path: 'contact', message }] };
  }
  const fields = FIELDS.flatMap(([name, field]) => (read[name] === undefined ? [] : [[field, read[name]] as const]));
  return { contact: Object.fromEntries(fields), problems: [] };
}

/** The path of a problem, in this API's names. */
export function contactPath(path: string): string {
  const [, field] = /^contact\.(\w+)$/.exec(path) ?? [];
  const name = FIELDS.find(([, own]) => own === field)?.[0];
  return name === undefined ? path : `contact.${name}`;
}

/** Forms without brackets in their names send it as JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
