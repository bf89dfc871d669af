import type { AccountNode, PhoneNumberNode } from '../graph-node.js';
import { monthOf } from './local-time.js';
import type { Price } from './price.js';
import { writeAmount } from './rate-card.js';

/** Delivered messages that are alike in all that their charge depends on. */
export interface Charge {
  readonly accountId: string;
  readonly phoneNumberId: string;
  /** The digits of the phone number. */
  readonly digits: string;
  readonly country: string;
  readonly market: string;
  readonly category: string;
  readonly type: string;
  /** Undefined for what is free. */
  readonly tier: string | undefined;
  /** Of one message, in billionths of the account's currency; undefined when the rate card has no rate. */
  readonly price: bigint | undefined;
  /** The quarter of an hour in which they were delivered, in epoch milliseconds: every time zone's days begin with one. */
  readonly from: number;
  volume: number;
}

const SECOND_MS = 1_000;

const QUARTER_MS = 15 * 60_000;

/** Messages of a market and category have the rate of another tier from a moment on. */
export interface TierChange {
  readonly account: AccountNode;
  readonly category: string;
  readonly market: string;
  readonly tier: string;
  readonly month: string;
  /** The first moment of the new rate, in epoch milliseconds: always a whole second. */
  readonly at: number;
}

/** How many messages of a month, market and category a portfolio was charged for. */
interface Volume {
  count: number;
  /** The message of the month that the present rate is that of. */
  nth: number;
  /** The same of the next rate, and when it begins. */
  next?: { readonly nth: number; readonly at: number } | undefined;
}

/** What was delivered, and at which rate. */
export class Charges {
  readonly #charges = new Map<string, Charge>();
  readonly #volumes = new Map<string, Volume>();

  constructor(private readonly onTier: (change: TierChange) => void) {}

  add(phoneNumber: PhoneNumberNode, { country, category, type }: Price, at: number): void {
    const { account, digits } = phoneNumber;
    const market = account.rates?.marketOf(country) ?? country;
    const rate = type === 'regular' ? this.#rateOf(account, market, category, at) : { tier: undefined, price: 0n };
    const from = Math.floor(at / QUARTER_MS) * QUARTER_MS;
    const key = [phoneNumber.id, country, category, type, rate.tier, rate.price, from, market].join('|');
    const charge = this.#charges.get(key);
    if (charge) charge.volume += 1;
    else {
      const own = { accountId: account.id, phoneNumberId: phoneNumber.id, digits, market, from, volume: 1 };
      this.#charges.set(key, { ...own, country, category, type, ...rate });
    }
  }

  of({ id }: AccountNode): Charge[] {
    return [...this.#charges.values()].filter(({ accountId }) => accountId === id);
  }

  clear(): void {
    this.#charges.clear();
    this.#volumes.clear();
  }

  /** Counts a message that is charged. A full tier ends with its second: Meta reports the change by seconds. */
  #rateOf(account: AccountNode, market: string, category: string, at: number): Pick<Charge, 'tier' | 'price'> {
    const month = monthOf(at, account.timeZone).name;
    const volume = this.#volumeOf([account.ownerBusinessId, market, category, month].join('|'));
    if (volume.next && at >= volume.next.at) {
      volume.nth = volume.next.nth;
      volume.next = undefined;
    }
    volume.count += 1;
    const rateOf = (nth: number) => account.rates?.rateOf(market, category, nth);
    const nth = volume.count + 1;
    const following = rateOf(nth);
    if (following && following !== rateOf(volume.next?.nth ?? volume.nth)) {
      volume.next = { nth, at: (Math.floor(at / SECOND_MS) + 1) * SECOND_MS };
      this.onTier({ account, category, market, tier: following.tier, month, at: volume.next.at });
    }
    const { tier = '0:MAX', price } = rateOf(volume.nth) ?? {};
    return { tier, price };
  }

  #volumeOf(key: string): Volume {
    const volume = this.#volumes.get(key) ?? { count: 0, nth: 1 };
    this.#volumes.set(key, volume);
    return volume;
  }
}

/**
 * Messages of one phone number that cost the same.
 *
 * @publicApi
 */
export interface InvoiceLine {
  /** Id of the phone number that sent them. */
  readonly phoneNumberId: string;
  /** Of the recipients, by ISO 3166-1 alpha-2; `ZZ` for numbers of no country. */
  readonly country: string;
  /** The market of the country by the rate card. */
  readonly market: string;
  /** As webhooks write it, such as `service`. */
  readonly category: string;
  /** As webhooks write it: `regular` is charged. */
  readonly type: string;
  /** Such as `0:750000`, or `0:MAX` where there is only one; undefined for what is free. */
  readonly tier: string | undefined;
  /** How many were delivered. */
  readonly volume: number;
  /** Of all of them: an exact decimal in the account's currency, such as `12.40`. */
  readonly cost: string;
}

/**
 * What an account was charged for a month.
 *
 * @publicApi
 */
export interface Invoice {
  /** Id of the business account. */
  readonly accountId: string;
  /** Such as `2026-11`, by the clocks of the account's time zone. */
  readonly month: string;
  /** The account's. */
  readonly currency: string;
  /** One for each phone number, country, category, type and tier, in their order. */
  readonly lines: readonly InvoiceLine[];
  /** How many messages were delivered, free ones included. */
  readonly volume: number;
  /** The sum of the lines: an exact decimal. */
  readonly cost: string;
}

/** The invoice of an account for a month. Throws when the rate card has no rate for what was charged. */
export function invoiceOf(account: AccountNode, charges: readonly Charge[], month: string): Invoice {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) throw new Error(`Invalid month "${month}": write it like 2026-11.`);
  const own = charges.filter(({ from }) => monthOf(from, account.timeZone).name === month);
  const missing = new Set(
    own.filter(({ price }) => price === undefined).map((each) => `${each.market} ${each.category}`),
  );
  if (missing.size > 0) {
    throw new Error(
      `No rate for ${[...missing].join(', ')}: set account.rateCard, with these, before messages are delivered.`,
    );
  }
  const lines = groupCharges(own, ({ phoneNumberId, country, category, type, tier = '' }) => [
    phoneNumberId,
    country,
    category,
    type,
    tier,
  ]);
  return {
    accountId: account.id,
    month,
    currency: account.currency,
    lines: lines.map(({ first: { phoneNumberId, country, market, category, type, tier }, volume, cost }) => {
      return { phoneNumberId, country, market, category, type, tier, volume, cost: writeAmount(cost) };
    }),
    volume: lines.reduce((sum, { volume }) => sum + volume, 0),
    cost: writeAmount(lines.reduce((sum, { cost }) => sum + cost, 0n)),
  };
}

/** Charges that have something in common. */
export interface ChargeGroup {
  readonly first: Charge;
  volume: number;
  /** In billionths of the account's currency. */
  cost: bigint;
  /** False when the rate card had no rate for some. */
  hasRates: boolean;
}

/** Sums charges up that have the same key, in the order of the keys. */
export function groupCharges(
  charges: readonly Charge[],
  keyOf: (charge: Charge) => readonly (string | number)[],
): ChargeGroup[] {
  const groups = new Map<string, ChargeGroup>();
  for (const charge of charges) {
    const key = JSON.stringify(keyOf(charge));
    const group = groups.get(key) ?? { first: charge, volume: 0, cost: 0n, hasRates: true };
    group.volume += charge.volume;
    group.cost += (charge.price ?? 0n) * BigInt(charge.volume);
    group.hasRates &&= charge.price !== undefined;
    groups.set(key, group);
  }
  return [...groups].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group);
}
