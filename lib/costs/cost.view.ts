/**
 * Messages that were delivered, and what they cost. A field by which the query does not group is null.
 *
 * @publicApi
 */
export interface CostRow {
  /** The day of delivery by the account's time zone, such as `2026-11-30`. */
  readonly day: string | null;
  /** The month of delivery by the account's time zone, such as `2026-11`. */
  readonly month: string | null;
  /** Meta's id of the number that sent them. */
  readonly phoneNumberId: string | null;
  /** Name of the template; null also for messages that are none. */
  readonly template: string | null;
  /** The bulk send that they belong to; null also for single messages. */
  readonly bulkSendId: string | null;
  /** Meta's category: `marketing`, `utility`, `authentication`, `service` … */
  readonly category: string;
  /** The recipients' country by ISO 3166-1 alpha-2; null for numbers of no country. */
  readonly country: string | null;
  /** The country's market on the rate card. */
  readonly market: string;
  /** Meta's pricing type: `regular` is charged, `free_customer_service`, `free_entry_point` and others are not. */
  readonly type: string;
  /** Whether Meta has not reported their price yet: then category and type are this module's estimate. */
  readonly isEstimate: boolean;
  /** How many messages. */
  readonly messages: number;
  /** The currency of the account. */
  readonly currency: string;
  /** What they cost: an exact decimal, such as `12.3456`. */
  readonly amount: string;
  /** How many of them are charged, but have no rate on the card: `amount` lacks them. */
  readonly withoutRate: number;
}

/**
 * What messages cost together, in one currency.
 *
 * @publicApi
 */
export type CostTotal = Pick<CostRow, 'currency' | 'messages' | 'amount' | 'withoutRate'> & {
  /** How many of them are charged. */
  readonly charged: number;
  /** How much of `amount` is an estimate, for messages with a price that Meta has not reported yet. */
  readonly estimated: string;
};

/**
 * Costs, and their sum.
 *
 * @publicApi
 */
export interface CostReport {
  /** By time, then by category and country. */
  readonly rows: readonly CostRow[];
  /** One for each currency. */
  readonly totals: readonly CostTotal[];
}

/**
 * What one message costs.
 *
 * @publicApi
 */
export interface MessageCost extends Pick<
  CostRow,
  'category' | 'country' | 'market' | 'type' | 'isEstimate' | 'currency'
> {
  /** Row id of the message. */
  readonly messageId: number;
  /** Whether it was delivered: what was not is not charged. */
  readonly isDelivered: boolean;
  /** What it costs, or would cost once it is delivered: an exact decimal; null where the card has no rate for it. */
  readonly amount: string | null;
}

/**
 * The free service messages of a phone number in a month.
 *
 * @publicApi
 */
export interface FreeServiceMessages {
  /** Meta's id of the number. */
  readonly phoneNumberId: string;
  /** By the account's time zone, such as `2026-11`. */
  readonly month: string;
  /** Messages that are free in a month. */
  readonly limit: number;
  /** Delivered service messages that count against it. */
  readonly used: number;
  /** What is left of it. */
  readonly left: number;
}

/**
 * What messages are going to cost, before Meta says so.
 *
 * @publicApi
 */
export interface CostEstimate extends Omit<CostTotal, 'estimated'> {
  /** By country; free messages have rows of their own. */
  readonly rows: readonly Pick<
    CostRow,
    'category' | 'country' | 'market' | 'type' | 'messages' | 'amount' | 'withoutRate'
  >[];
}
