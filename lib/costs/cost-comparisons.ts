import { Inject, Injectable } from '@nestjs/common';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { BusinessAccounts } from '../accounts/business-accounts.js';
import type { InWorkspace } from '../accounts/workspaces.service.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { isJsonObject, type JsonObject } from '../graph/json.js';
import { assertQuery, type CostQuery, periodOf } from './cost-query.js';
import { COSTS_OPTIONS, type CostsOptions } from './costs.options.js';
import { Costs } from './costs.js';
import { plusDays, startOfDay } from './local-days.js';
import { type Money, moneyOfNumber, readMoney, writeMoney } from './money.js';
import { categoryKey } from './rate-card.js';

/**
 * Which account and days to compare; those of this month when left out.
 *
 * @publicApi
 */
export interface CompareCostsInput extends InWorkspace, Pick<CostQuery, 'from' | 'to' | 'month'> {
  /** Meta's id of the account. */
  readonly businessAccountId: string;
}

/**
 * How many messages one of both counts, and what they cost.
 *
 * @publicApi
 */
export interface ComparedCost {
  /** Delivered messages. */
  readonly messages: number;
  /** An exact decimal; null where Meta reports no amounts, as for accounts on a partner's credit line. */
  readonly amount: string | null;
}

/**
 * What this module and Meta say of the same messages.
 *
 * @publicApi
 */
export interface CostComparisonRow {
  /** Such as `marketing`. */
  readonly category: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
  /** Such as `regular`. */
  readonly type: string;
  /** By this module's count and the host's rate card. */
  readonly ours: ComparedCost;
  /** By Meta's, which is approximate, and knows what other apps sent, too. */
  readonly meta: ComparedCost;
  /** Meta's less ours. */
  readonly difference: ComparedCost;
}

/**
 * What this module and Meta say of an account.
 *
 * @publicApi
 */
export interface CostComparison {
  /** Meta's id of the account. */
  readonly businessAccountId: string;
  /** The account's currency, as the options have it. */
  readonly currency: string;
  /** First day, by the account's time zone. */
  readonly from: string;
  /** Last day. */
  readonly to: string;
  /** By category, country and type. */
  readonly rows: readonly CostComparisonRow[];
  /** All together. */
  readonly total: Pick<CostComparisonRow, 'ours' | 'meta' | 'difference'>;
}

interface Sum {
  messages: number;
  amount: Money | null;
}

type Key = Pick<CostComparisonRow, 'category' | 'country' | 'type'>;
type Both = Key & { readonly ours: Sum; readonly meta: Sum };

/**
 * Puts what Meta counts next to what this module counts.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/analytics
 */
@Injectable()
export class CostComparisons {
  constructor(
    @Inject(COSTS_OPTIONS) private readonly options: CostsOptions,
    private readonly accounts: BusinessAccounts,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
    private readonly costs: Costs,
  ) {}

  async of({ businessAccountId, workspace, ...days }: CompareCostsInput): Promise<CostComparison> {
    assertQuery(days);
    const account = await this.accounts.find(businessAccountId, { workspace });
    const { currency, timeZone } = this.options.of(account.businessAccountId);
    const { from, to } = periodOf(days, timeZone);
    const start = startOfDay(from, timeZone);
    // Whole seconds: with the present one, of which there are messages already.
    const end = Math.min(startOfDay(plusDays(to, 1), timeZone), Date.now());
    const points = await this.#pointsOf(businessAccountId, start, end);
    const both = new Map<string, Both>();
    for (const point of points) add(bothOf(both, keyOfPoint(point)).meta, measured(point));
    for await (const row of this.costs.rows({ workspace, businessAccountId, from, to })) {
      add(bothOf(both, row).ours, { messages: row.messages, amount: readMoney(row.amount) });
    }
    const rows = [...both.values()].map(({ ours, meta, ...key }) => ({ ...key, ...compared(ours, meta) }));
    return { businessAccountId, currency, from, to, rows: rows.toSorted(inOrder), total: totalOf(both.values()) };
  }

  /** @throws MetaApiError, MetaUnreachableError */
  async #pointsOf(businessAccountId: string, start: number, end: number): Promise<JsonObject[]> {
    const credential = await this.credentials.of(businessAccountId);
    const answer = await this.graph.get<unknown>([businessAccountId], {
      credential,
      query: {
        fields:
          `pricing_analytics.start(${start / 1_000}).end(${Math.ceil(end / 1_000)}).granularity(DAILY)` +
          '.metric_types(COST,VOLUME).dimensions(PRICING_CATEGORY,PRICING_TYPE,COUNTRY)',
      },
    });
    const analytics = isJsonObject(answer) ? answer['pricing_analytics'] : undefined;
    return listIn(analytics, 'data').flatMap((data) => listIn(data, 'data_points'));
  }
}

const nothing = (): Sum => ({ messages: 0, amount: 0n });

function listIn(object: unknown, name: string): JsonObject[] {
  const list: unknown = isJsonObject(object) ? object[name] : undefined;
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

const textOf = (value: unknown): string => (typeof value === 'string' ? categoryKey(value) : '');

function keyOfPoint({ pricing_category: category, pricing_type: type, country }: JsonObject): Key {
  return { category: textOf(category), type: textOf(type), country: typeof country === 'string' ? country : null };
}

/** Meta leaves the cost out of what it does not charge. */
function measured({ volume, cost, pricing_type: type }: JsonObject): Sum {
  const isFree = typeof type === 'string' && textOf(type) !== 'regular';
  const amount = cost === undefined && !isFree ? null : moneyOfNumber(cost);
  return { messages: typeof volume === 'number' ? volume : 0, amount };
}

function bothOf(all: Map<string, Both>, { category, country, type }: Key): Both {
  const key = JSON.stringify([category, country, type]);
  const both = all.get(key) ?? { category, country, type, ours: nothing(), meta: nothing() };
  all.set(key, both);
  return both;
}

function add(sum: Sum, { messages, amount }: Sum): void {
  sum.messages += messages;
  sum.amount = sum.amount === null || amount === null ? null : sum.amount + amount;
}

const costOf = ({ messages, amount }: Sum): ComparedCost => ({
  messages,
  amount: amount === null ? null : writeMoney(amount),
});

function compared(ours: Sum, meta: Sum): Pick<CostComparisonRow, 'ours' | 'meta' | 'difference'> {
  const amount = meta.amount === null || ours.amount === null ? null : meta.amount - ours.amount;
  const difference = costOf({ messages: meta.messages - ours.messages, amount });
  return { ours: costOf(ours), meta: costOf(meta), difference };
}

function totalOf(all: Iterable<Both>): CostComparison['total'] {
  const [ours, meta] = [nothing(), nothing()];
  for (const both of all) {
    add(ours, both.ours);
    add(meta, both.meta);
  }
  return compared(ours, meta);
}

const inOrder = (one: Key, other: Key): number => (sortKey(one) < sortKey(other) ? -1 : 1);

const sortKey = ({ category, country, type }: Key): string => JSON.stringify([category, country, type]);
