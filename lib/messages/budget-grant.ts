import { change, type Statements } from '../store/statement.js';
import { type BudgetEntries, COUNTED_FOR_MS } from './budget-entries.js';
import type { Portfolio } from './portfolio.js';

/** By then, what was reserved has been sent or given back, in ms. */
export const SETTLED_AFTER_MS = 10 * 60 * 1000;

/** Who may be sent to now, as they were named. */
export interface BudgetGrant {
  readonly allowed: ReadonlySet<string>;
  /** Those of `allowed` whose service window is open: they cost nothing, and are not counted when they were sent to. */
  readonly inWindow: ReadonlySet<string>;
  /** Those of `allowed` who count because of this grant: to be given back if nothing was sent to them. */
  readonly reserved: ReadonlySet<string>;
  /** The key by which each recipient is counted, by the number or user id that was given. */
  readonly keyOf: ReadonlyMap<string, string>;
  /** The moment by which the reservation is known. */
  readonly reservedAt: Date;
  /** If some were not allowed: when the next place becomes free. */
  readonly freesAt: Date | null;
}

/**
 * Places for recipients outside the service window, in their order; with the portfolio locked.
 * @param recipients the keys of people, each once
 */
export function* grantPlaces(
  entries: BudgetEntries,
  portfolio: Portfolio & { readonly limit: number },
  recipients: readonly string[],
  now: Date,
): Statements<Omit<BudgetGrant, 'inWindow' | 'keyOf'>> {
  const counted = yield* entries.countedAmong(portfolio, recipients, now);
  const further = recipients.filter((recipient) => !counted.has(recipient));
  // Read last: somebody whom a single send counts in between is then seen to have taken a place.
  const used = further.length === 0 ? 0 : yield* entries.usedNow(portfolio, now);
  const reserved = new Set(further.slice(0, Math.max(0, portfolio.limit - used)));
  // Their place must neither lapse before they are sent to, nor be given back by whoever reserved it first.
  const renewed = [...counted].filter(([, at]) => !isSettled(now.getTime() - at)).map(([recipient]) => recipient);
  yield* change(entries.enter(portfolio, [...reserved, ...renewed], now));
  const grant = { allowed: new Set([...counted.keys(), ...reserved]), reserved, reservedAt: now };
  if (reserved.size === further.length) return { ...grant, freesAt: null };
  const leavesAt = yield* entries.leavesAt(portfolio, Math.max(0, used - portfolio.limit), now);
  return { ...grant, freesAt: new Date(leavesAt ?? now.getTime() + COUNTED_FOR_MS) };
}

/** Whether somebody who was counted so long ago keeps the place until they are sent to, whatever others do. */
const isSettled = (age: number): boolean => age > SETTLED_AFTER_MS && age < COUNTED_FOR_MS - SETTLED_AFTER_MS;
