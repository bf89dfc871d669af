import { toUSVString } from 'node:util';
import { isEmail } from 'class-validator';
import type { ValidationProblem } from '../errors.js';
import type { ContactEntity, ContactType } from './contact.entity.js';
import type { ContactFields } from './contacts.inputs.js';
import { isRowId } from '../identifier.js';

type Ids = 'sourceId' | 'statusId' | 'assignedId' | 'countryId';
type Names = Exclude<keyof ContactFields, Ids | 'type' | 'groups'>;

/** The columns of what is filed about a person. */
export type FiledFields = Partial<Pick<ContactEntity, Names | Ids | 'emailKey' | 'type' | 'groups'>>;

/** Fields as they are stored, without those that are left out; or what is wrong with them. */
export interface ReadContactFields {
  readonly fields: FiledFields;
  readonly problems: readonly ValidationProblem[];
}

/** Nothing filed. */
export const NOTHING_FILED: Required<FiledFields> = {
  firstName: null,
  lastName: null,
  email: null,
  emailKey: null,
  type: null,
  company: null,
  description: null,
  country: null,
  countryId: null,
  zip: null,
  city: null,
  state: null,
  address: null,
  sourceId: null,
  statusId: null,
  assignedId: null,
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
  zip: 32,
  city: 255,
  state: 255,
  address: 1_000,
};

const NAMES = [
  'firstName',
  'lastName',
  'email',
  'company',
  'description',
  'country',
  'zip',
  'city',
  'state',
  'address',
] as const satisfies Names[];

const IDS = ['countryId', 'sourceId', 'statusId', 'assignedId'] as const satisfies Ids[];

const TYPES: readonly ContactType[] = ['lead', 'customer'];

/** Reads what someone files about a person; the types alone bind no one. */
export function readContactFields(given: ContactFields): ReadContactFields {
  const fields: FiledFields = {};
  const problems: ValidationProblem[] = [];
  for (const name of NAMES) {
    const { value, problem } = readText(given[name], LONGEST[name]);
    if (problem !== undefined) problems.push({ path: name, message: problem });
    if (value !== undefined) fields[name] = value;
  }
  if (fields.email && !isEmail(fields.email, { allow_utf8_local_part: true })) {
    problems.push({ path: 'email', message: 'must be an email address.' });
  }
  // Emails that differ only in upper and lower case belong to the same person.
  if (fields.email !== undefined) fields.emailKey = fields.email?.toLowerCase() ?? null;
  for (const name of IDS) {
    const id = readId(given[name]);
    if (id === NO_ID) problems.push({ path: name, message: NO_ID });
    else if (id !== undefined) fields[name] = id;
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

/** What is wrong with what is no row id. */
export const NO_ID = 'must be an id: a whole number from 1.';

/** Forms write numbers in digits. */
function readId(given: unknown): number | null | undefined | typeof NO_ID {
  if (given === undefined) return undefined;
  if (given === null || given === '') return null;
  const id = typeof given === 'string' && /^\d{1,10}$/.test(given.trim()) ? Number(given) : given;
  return isRowId(id) ? id : NO_ID;
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

const MOST_GROUPS = 100;
const LONGEST_NAME = 100;

/** Commas separate names. */
export const NO_COMMA = 'must be without commas.';

/** A person's groups as they are stored; undefined when nothing was said of them. */
export interface ReadGroups {
  readonly groups?: readonly string[] | null | undefined;
  readonly problems: readonly ValidationProblem[];
}

/** Reads names of groups, in a list or separated by commas: trimmed, each once, in their order. */
function readGroups(given: unknown): ReadGroups {
  if (given === undefined) return { problems: [] };
  const listed: unknown = typeof given === 'string' ? given.split(',') : (given ?? []);
  if (!Array.isArray(listed)) return wrong('must be a list of names, or names separated by commas.');
  const problems = listed.flatMap((name: unknown, index) => groupNameProblems(name, index));
  if (problems.length > 0) return { problems };
  const groups = [...new Set(listed.map((name) => toUSVString(String(name).trim())))].filter((name) => name !== '');
  if (groups.length > MOST_GROUPS) return wrong(`must be at most ${MOST_GROUPS} names.`);
  return { groups: groups.length > 0 ? groups : null, problems: [] };
}

/** The groups of two, as far as the column holds them. */
export function joinGroups(one: readonly string[] | null, other: readonly string[] | null): readonly string[] | null {
  if (!one || !other) return one ?? other;
  return [...new Set([...one, ...other])].slice(0, MOST_GROUPS);
}

const wrong = (message: string): ReadGroups => ({ problems: [{ path: 'groups', message }] });

function groupNameProblems(name: unknown, index: number): ValidationProblem[] {
  const path = `groups[${index}]`;
  if (typeof name !== 'string') return [{ path, message: 'must be a name in a string.' }];
  // Any control character would take six characters in the column.
  if (/\p{Cc}/u.test(name.trim())) return [{ path, message: 'must be without control characters.' }];
  if (name.includes(',')) return [{ path, message: NO_COMMA }];
  if (name.trim().length <= LONGEST_NAME) return [];
  return [{ path, message: `must have at most ${LONGEST_NAME} characters.` }];
}
