import { toUSVString } from 'node:util';
import type { Problem } from '../errors.js';

const MOST_GROUPS = 100;
const LONGEST_NAME = 100;

/** Commas separate names. */
export const NO_COMMA = 'must be without commas.';

/** A person's groups as they are stored; undefined when nothing was said of them. */
export interface ReadGroups {
  readonly groups?: readonly string[] | null | undefined;
  readonly problems: readonly Problem[];
}

/** Reads names of groups, in a list or separated by commas: trimmed, each once, in their order. */
export function readGroups(given: unknown): ReadGroups {
  if (given === undefined) return { problems: [] };
  const listed: unknown = typeof given === 'string' ? given.split(',') : (given ?? []);
  if (!Array.isArray(listed)) return wrong('must be a list of names, or names separated by commas.');
  const problems = listed.flatMap((name: unknown, index) => problemOf(name, index));
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

function problemOf(name: unknown, index: number): Problem[] {
  const path = `groups[${index}]`;
  if (typeof name !== 'string') return [{ path, message: 'must be a name in a string.' }];
  // Any control character would take six characters in the column.
  if (/\p{Cc}/u.test(name.trim())) return [{ path, message: 'must be without control characters.' }];
  if (name.includes(',')) return [{ path, message: NO_COMMA }];
  if (name.trim().length <= LONGEST_NAME) return [];
  return [{ path, message: `must have at most ${LONGEST_NAME} characters.` }];
}
