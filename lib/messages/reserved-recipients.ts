import { change, type Statements } from '../store/statement.js';
import { type LimitEntries, COUNTED_FOR_MS } from './limit-entries.js';
import type { Portfolio } from './portfolio.js';

/** By then, what was reserved has been sent or given back, in ms. */
export const SETTLED_AFTER_MS = 10 * 60 * 1000;

/** Who may be sent to now, as they were named. */
export interface ReservedRecipients {
  readonly allowed: ReadonlySet<string>;
  /** Those of `allowed` whose service window is open: they cost nothing, and are not counted when they were sent to. */
  readonly inWindow: ReadonlySet<string>;
  /** Those of `allowed` who count because of this reservation: to be released if nothing was sent to them. */
  readonly reserved: ReadonlySet<string>;
  /** The key by which each recipient is counted, by the number or user id that was given. */
  readonly keyOf: ReadonlyMap<string, string>;
  /** The moment by which the reservation is known. */
  readonly reservedAt: Date;
  /** If some were not allowed: when the limit has room for the next one. */
  readonly freesAt: Date | null;
}

/**
 * Reserves recipients outside the service window, in their order; with the portfolio locked.
 * @param recipients the keys of people, each once
 */
export function* reserveWithinLimit(
  entries: LimitEntries,
  portfolio: Portfolio & { readonly limit: number },
  recipients: readonly string[],
  now: Date,
): Statements<Omit<ReservedRecipients, 'inWindow' | 'keyOf'>> {
  const counted = yield* entries.countedAmong(portfolio, recipients, now);
  const further = recipients.filter((recipient) => !counted.has(recipient));
  // Read last: a recipient that a single send counts in between is included then.
  const used = further.length === 0 ? 0 : yield* entries.usedNow(portfolio, now);
  const reserved = new Set(further.slice(0, Math.max(0, portfolio.limit - used)));
  // They must neither stop counting before they are sent to, nor be released by the process that reserved them first.
  const renewed = [...counted].filter(([, at]) => !isSettled(now.getTime() - at)).map(([recipient]) => recipient);
  yield* change(entries.enter(portfolio, [...reserved, ...renewed], now));
  const reservation = { allowed: new Set([...counted.keys(), ...reserved]), reserved, reservedAt: now };
  if (reserved.size === further.length) return { ...reservation, freesAt: null };
  const leavesAt = yield* entries.leavesAt(portfolio, Math.max(0, used - portfolio.limit), now);
  return { ...reservation, freesAt: new Date(leavesAt ?? now.getTime() + COUNTED_FOR_MS) };
}

/** Whether a recipient counted so long ago still counts until they are sent to, whatever other processes do. */
const isSettled = (age: number): boolean => age > SETTLED_AFTER_MS && age < COUNTED_FOR_MS - SETTLED_AFTER_MS;
