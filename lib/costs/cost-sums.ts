import type { CostRow, CostTotal } from './cost.view.js';
import { CHARGED, type CountedGroup } from './delivered-messages.js';
import { type Money, readMoney, writeMoney } from './money.js';
import type { RateCard } from './rate-card.js';

/** The part of a row by which rows differ. */
export type CostKey = Omit<CostRow, 'messages' | 'amount' | 'withoutRate'>;

/** When a group was delivered, and what that means for its price. */
export interface PricedPeriod {
  readonly day: string;
  readonly currency: string;
  readonly tierFrom: number;
}

interface Sum {
  readonly key: CostKey;
  messages: number;
  amount: Money;
  withoutRate: number;
}

/** Adds up what messages cost, by what they are grouped by. */
export class CostSums {
  readonly #sums = new Map<string, Sum>();

  constructor(private readonly rateCard: RateCard) {}

  add(key: CostKey, { messages }: Pick<CountedGroup, 'messages'>, period: PricedPeriod): void {
    if (messages === 0) return;
    const id = JSON.stringify(key);
    const sum = this.#sums.get(id) ?? { key, messages: 0, amount: 0n, withoutRate: 0 };
    this.#sums.set(id, sum);
    sum.messages += messages;
    if (key.type !== CHARGED) return;
    const price = this.rateCard.priceOf({ ...period, country: key.country, category: key.category });
    if (price === undefined) sum.withoutRate += messages;
    else sum.amount += price * BigInt(messages);
  }

  /** Hands the rows over and forgets them. @param isDone only those */
  take(isDone: (key: CostKey) => boolean = () => true): CostRow[] {
    const rows: CostRow[] = [];
    for (const [id, { key, messages, amount, withoutRate }] of this.#sums) {
      if (!isDone(key)) continue;
      this.#sums.delete(id);
      rows.push({ ...key, messages, amount: writeMoney(amount), withoutRate });
    }
    return rows.toSorted(inOrder);
  }
}

const ORDER = [
  'day',
  'month',
  'phoneNumberId',
  'template',
  'bulkSendId',
  'category',
  'country',
  'type',
  'currency',
] as const satisfies readonly (keyof CostRow)[];

function inOrder(one: CostRow, other: CostRow): number {
  for (const name of ORDER) {
    const [a, b] = [one[name] ?? '', other[name] ?? ''];
    if (a !== b) return a < b ? -1 : 1;
  }
  return Number(one.isEstimate) - Number(other.isEstimate);
}

/** The sum of rows, for each currency. */
export function totalsOf(rows: readonly CostRow[]): CostTotal[] {
  const currencies = [...new Set(rows.map(({ currency }) => currency))].toSorted();
  return currencies.map((currency) => {
    const own = rows.filter((row) => row.currency === currency);
    const count = (of: (row: CostRow) => number) => own.reduce((sum, row) => sum + of(row), 0);
    return {
      currency,
      messages: count(({ messages }) => messages),
      charged: count(({ type, messages }) => (type === CHARGED ? messages : 0)),
      amount: amountOf(own),
      estimated: amountOf(own.filter(({ isEstimate }) => isEstimate)),
      withoutRate: count(({ withoutRate }) => withoutRate),
    };
  });
}

const amountOf = (rows: readonly CostRow[]): string =>
  writeMoney(rows.reduce((sum, { amount }) => sum + readMoney(amount), 0n));
