import type { InWorkspace } from '../accounts/workspaces.service.js';
import { ValidationError, type ValidationProblem } from '../errors.js';
import { isDay } from '../moment.js';
import { dayAt, monthOfDay, plusDays, plusMonths } from './local-days.js';

/**
 * By what costs are split, besides category, country and pricing type.
 *
 * @publicApi
 */
export type CostGrouping = 'day' | 'month' | 'phoneNumber' | 'template' | 'bulkSend';

/**
 * Of which messages the costs are wanted. Days and months are those of the account's time zone.
 *
 * @publicApi
 */
export interface CostQuery extends InWorkspace {
  /** First day of delivery, such as `2026-11-01`; the first of this month when left out. */
  readonly from?: string;
  /** Last day of delivery, such as `2026-11-30`; today when left out. At most 366 days in all. */
  readonly to?: string;
  /** A month, such as `2026-11`, in place of both. */
  readonly month?: string;
  /** Meta's id of an account; all of the workspace when left out. */
  readonly businessAccountId?: string;
  /** Meta's id of a number; all of the workspace when left out. */
  readonly phoneNumberId?: string;
  /** Name of a template; all messages when left out. */
  readonly template?: string;
  /** By what to split them; by category, country and pricing type alone when left out. */
  readonly groupBy?: readonly CostGrouping[];
}

/** First and last day. */
export interface CostPeriod {
  readonly from: string;
  readonly to: string;
}

const GROUPINGS: readonly string[] = ['day', 'month', 'phoneNumber', 'template', 'bulkSend'] satisfies CostGrouping[];

const MOST_DAYS = 366;

/** @throws ValidationError with everything that is wrong */
export function assertQuery(query: Pick<CostQuery, 'from' | 'to' | 'month' | 'groupBy'>): void {
  const { from, to, month, groupBy }: { readonly [Name in keyof typeof query]: unknown } = query;
  const problems: ValidationProblem[] = [...checkDay('from', from), ...checkDay('to', to)];
  if (month !== undefined && !isMonth(month)) {
    problems.push({ path: 'month', message: 'must be a month such as "2026-11".' });
  }
  if (month !== undefined && (from !== undefined || to !== undefined)) {
    problems.push({ path: 'month', message: 'must be left out where from or to is given.' });
  }
  if (groupBy !== undefined && !isGrouping(groupBy)) {
    problems.push({ path: 'groupBy', message: `must be a list of ${GROUPINGS.join(', ')}.` });
  }
  if (problems.length === 0 && typeof from === 'string' && typeof to === 'string') {
    if (from > to) problems.push({ path: 'to', message: 'must not be before from.' });
    else if (plusDays(from, MOST_DAYS) <= to) {
      problems.push({ path: 'to', message: `must be within ${MOST_DAYS} days of from.` });
    }
  }
  if (problems.length > 0) throw new ValidationError(problems);
}

/** The days of a query by an account's time zone. @param query as `assertQuery` takes it */
export function periodOf({ from, to, month }: Pick<CostQuery, 'from' | 'to' | 'month'>, timeZone: string): CostPeriod {
  if (month !== undefined) return { from: `${month}-01`, to: plusDays(plusMonths(month, 1), -1) };
  const today = dayAt(Date.now(), timeZone);
  const first = from ?? `${monthOfDay(to ?? today)}-01`;
  return { from: first, to: to ?? latest(first, today) };
}

const latest = (one: string, other: string): string => (one > other ? one : other);

const isMonth = (month: unknown): boolean => typeof month === 'string' && /^\d{4}-(?:0[1-9]|1[0-2])$/.test(month);

const isGrouping = (groupBy: unknown): boolean =>
  Array.isArray(groupBy) && groupBy.every((name: unknown) => typeof name === 'string' && GROUPINGS.includes(name));

function checkDay(path: string, day: unknown): ValidationProblem[] {
  if (day === undefined || (typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day) && isDay(day))) return [];
  return [{ path, message: 'must be a day such as "2026-11-30".' }];
}
