import { toUSVString } from 'node:util';
import { isEmail } from 'class-validator';
import type { Problem } from '../errors.js';
import { readGroups } from './contact-groups.js';
import type { ContactEntity, ContactType } from './contact.entity.js';
import type { ContactFields } from './contacts.inputs.js';

type Names = Exclude<keyof ContactFields, 'type' | 'groups'>;

/** The columns of what is filed about a person. */
export type FiledFields = Partial<Pick<ContactEntity, Names | 'type' | 'groups'>>;

/** Fields as they are stored, without those that are left out; or what is wrong with them. */
export interface ReadContactFields {
  readonly fields: FiledFields;
  readonly problems: readonly Problem[];
}

/** Nothing filed. */
export const NOTHING_FILED: Required<FiledFields> = {
  firstName: null,
  lastName: null,
  email: null,
  type: null,
  company: null,
  description: null,
  country: null,
  groups: null,
};

/** Characters, such that the text fits into its column whatever they are. */
const LONGEST: Readonly<Record<Names, number>> = {
  firstName: 255,
  lastName: 255,
  email: 255,
  company: 255,
  description: 10_000,
  country: 64,
};

const NAMES = ['firstName', 'lastName', 'email', 'company', 'description', 'country'] as const satisfies Names[];

const TYPES: readonly ContactType[] = ['lead', 'customer'];

/** Reads what somebody files about a person; the types alone bind nobody. */
export function readContactFields(given: ContactFields): ReadContactFields {
  const fields: FiledFields = {};
  const problems: Problem[] = [];
  for (const name of NAMES) {
    const { value, problem } = readText(given[name], LONGEST[name]);
    if (problem !== undefined) problems.push({ path: name, message: problem });
    if (value !== undefined) fields[name] = value;
  }
  if (fields.email && !isEmail(fields.email, { allow_utf8_local_part: true })) {
    problems.push({ path: 'email', message: 'must be an email address.' });
  }
  const { value: type } = readText(given.type, 255);
  const known = TYPES.find((one) => one === type);
  if (given.type !== undefined) {
    if (known || type === null) fields.type = known ?? null;
    else problems.push({ path: 'type', message: `must be one of ${TYPES.join(', ')}.` });
  }
  const { groups, problems: wrongGroups } = readGroups(given.groups);
  if (groups !== undefined) fields.groups = groups;
  return { fields, problems: [...problems, ...wrongGroups] };
}

/** Those that are not what they were. */
export function changedFields(contact: FiledFields, fields: FiledFields): FiledFields {
  const given = Object.entries(fields);
  const changed = given.filter(([name, value]) => JSON.stringify(Reflect.get(contact, name)) !== JSON.stringify(value));
  return Object.fromEntries(changed);
}

interface ReadText {
  readonly value?: string | null;
  readonly problem?: string;
}

function readText(given: unknown, longest: number): ReadText {
  if (given === undefined) return {};
  if (given === null) return { value: null };
  if (typeof given !== 'string') return { problem: 'must be a text.' };
  const value = toUSVString(given.trim());
  if (value.includes('\0')) return { problem: 'must be without the null character.' };
  if (value.length > longest) return { problem: `must have at most ${longest} characters.` };
  return { value: value === '' ? null : value };
}
