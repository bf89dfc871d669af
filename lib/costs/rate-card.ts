import type { ValidationProblem } from '../errors.js';
import { isDay } from '../moment.js';
import { checkNames, problem } from '../option-checks.js';
import { isMarket, marketKey, marketOf } from './markets.js';
import { AMOUNT_RULE, isAmount, type Money, readMoney } from './money.js';

/**
 * What one delivered message costs.
 *
 * @publicApi
 */
export interface RateCardEntry {
  /** The first day that it holds on, such as `2026-10-01`, by the account's time zone; until a later entry for the same. */
  readonly validFrom: string;
  /** ISO 4217, such as `USD`. */
  readonly currency: string;
  /** A country by ISO 3166-1 alpha-2, such as `AR`, or a market of Meta's, such as `Rest of Latin America`. A country's own entry goes first. */
  readonly market: string;
  /** As webhooks name it: `marketing`, `utility`, `authentication`, `authentication_international`, `service` … */
  readonly category: string;
  /** The messages of a month that it is for, such as `0:750000` or `750001:MAX`; all when left out. */
  readonly tier?: string | undefined;
  /** A decimal in a string, such as `0.0349`. */
  readonly price: string;
}

/** What a rate depends on. */
export interface RateQuestion {
  /** The day of the message by the account's time zone. */
  readonly day: string;
  readonly currency: string;
  readonly country: string | null;
  readonly category: string;
  /** The first message of the volume tier that Meta reported for the account; 0 before it reported one. */
  readonly tierFrom: number;
}

interface Rate {
  readonly validFrom: string;
  readonly tierFrom: number;
  readonly price: Money;
}

/** Categories without a rate of their own on a card cost what these do. */
const COSTS_AS: Readonly<Record<string, string | undefined>> = {
  // Meta charges service messages at the market's rate for utility and authentication.
  service: 'utility',
  marketing_lite: 'marketing',
  authentication_international: 'authentication',
  group_marketing: 'marketing',
  group_marketing_lite: 'marketing',
  group_utility: 'utility',
  group_service: 'service',
};

/** Categories with volume tiers. */
const TIERED: ReadonlySet<string> = new Set(['utility', 'authentication']);

/** Meta's pages spell `authentication-international` both ways, and its analytics in capitals. */
export const categoryKey = (category: string): string =>
  category
    .trim()
    .toLowerCase()
    .replaceAll(/[-\s]+/g, '_');

/** A rate card that nothing is wrong with, to look rates up in. */
export class RateCard {
  readonly #rates = new Map<string, Rate[]>();
  readonly #markets: ReadonlyMap<string, string>;
  /** The first days of rates: a price changes on no other day. */
  readonly changeDays: readonly string[];
  readonly currencies: readonly string[];

  /** @param markets of countries, where they differ from Meta's table */
  constructor(entries: readonly RateCardEntry[], markets: Readonly<Record<string, string>> = {}) {
    this.#markets = new Map(Object.entries(markets));
    this.changeDays = [...new Set(entries.map(({ validFrom }) => validFrom))].toSorted();
    this.currencies = [...new Set(entries.map(({ currency }) => currency))];
    for (const entry of entries) {
      const key = keyOf(entry.currency, entry.market, entry.category);
      const rate = { validFrom: entry.validFrom, tierFrom: tierFromOf(entry.tier), price: readMoney(entry.price) };
      const rates = this.#rates.get(key);
      if (rates) rates.push(rate);
      else this.#rates.set(key, [rate]);
    }
  }

  /** The market that a country belongs to. */
  marketOf(country: string | null): string {
    return this.#markets.get(country ?? '') ?? marketOf(country);
  }

  /** Whether a name that Meta uses for a region is that of a country's market. */
  isIn(region: string, country: string | null): boolean {
    const key = marketKey(region);
    return key === marketKey(country ?? '') || key === marketKey(this.marketOf(country));
  }

  /** What one message costs; undefined when the card has no rate for it. */
  priceOf(question: RateQuestion): Money | undefined {
    const { country, category } = question;
    const markets = [...(country === null ? [] : [country]), this.marketOf(country)];
    let asked: string | undefined = categoryKey(category);
    while (asked !== undefined) {
      for (const market of markets) {
        const found = this.#find(question, market, asked);
        if (found) return found.price;
      }
      asked = COSTS_AS[asked];
    }
    return undefined;
  }

  #find({ day, currency, category, tierFrom }: RateQuestion, market: string, asked: string): Rate | undefined {
    const valid = (this.#rates.get(keyOf(currency, market, asked)) ?? []).filter(({ validFrom }) => validFrom <= day);
    const newest = valid.reduce((latest, { validFrom }) => (validFrom > latest ? validFrom : latest), '');
    const reached = hasTiers(category) ? tierFrom : 0;
    return valid
      .filter((rate) => rate.validFrom === newest && rate.tierFrom <= reached)
      .reduce<Rate | undefined>((best, rate) => (best && best.tierFrom > rate.tierFrom ? best : rate), undefined);
  }
}

/** Whether Meta lowers the price of a category with the volume of a month. */
export const hasTiers = (category: string): boolean => TIERED.has(categoryKey(category));

const keyOf = (currency: string, market: string, category: string): string =>
  JSON.stringify([currency, marketKey(market), categoryKey(category)]);

const TIER = /^(\d{1,12}):(\d{1,12}|MAX)$/;

/** The first message of a tier; of the lowest one 0, however it is counted. */
export function tierFromOf(tier: string | undefined): number {
  const from = Number(TIER.exec(tier ?? '')?.[1] ?? 0);
  return from <= 1 ? 0 : from;
}

export const isTier = (tier: string): boolean => TIER.test(tier);

const ENTRY_NAMES: Record<keyof RateCardEntry, true> = {
  validFrom: true,
  currency: true,
  market: true,
  category: true,
  tier: true,
  price: true,
};

/** Everything that is wrong with an entry. @param ownMarkets names of markets that the host made up */
export function checkEntry(entry: unknown, path: string, ownMarkets: ReadonlySet<string>): ValidationProblem[] {
  if (typeof entry !== 'object' || entry === null) return [problem(path, 'must be an entry of a rate card.')];
  const { validFrom, currency, market, category, tier, price }: { readonly [Name in keyof RateCardEntry]?: unknown } =
    entry;
  const wrong = (name: string, isRight: boolean, rule: string) => (isRight ? [] : [problem(`${path}.${name}`, rule)]);
  return [
    ...checkNames<RateCardEntry>(path, entry, ENTRY_NAMES),
    ...wrong(
      'validFrom',
      typeof validFrom === 'string' && /^\d{4}-\d\d-\d\d$/.test(validFrom) && isDay(validFrom),
      'must be a day such as "2026-10-01".',
    ),
    ...wrong('currency', isCurrency(currency), 'must be a currency of three capital letters, such as "USD".'),
    ...wrong(
      'market',
      typeof market === 'string' && (isMarket(market) || ownMarkets.has(marketKey(market))),
      'must be a country such as "AR", or one of Meta’s markets, such as "Rest of Latin America".',
    ),
    ...wrong(
      'category',
      typeof category === 'string' && /^[a-z][a-z_-]{0,63}$/.test(category),
      'must be a category such as "marketing".',
    ),
    ...wrong(
      'tier',
      tier === undefined || (typeof tier === 'string' && isTier(tier)),
      'must be the first and the last message, such as "0:750000" or "750001:MAX".',
    ),
    ...wrong('price', isAmount(price), `${AMOUNT_RULE}.`),
  ];
}

export const isCurrency = (currency: unknown): boolean => typeof currency === 'string' && /^[A-Z]{3}$/.test(currency);

/** Entries that contradict one another: two prices for the same. */
export function checkTwice(entries: readonly RateCardEntry[], path: (index: number) => string): ValidationProblem[] {
  const seen = new Map<string, { readonly index: number; readonly price: string }>();
  return entries.flatMap(({ validFrom, currency, market, category, tier, price }, index) => {
    const key = JSON.stringify([validFrom, keyOf(currency, market, category), tierFromOf(tier)]);
    const first = seen.get(key);
    if (!first) seen.set(key, { index, price });
    if (!first || first.price === price) return [];
    return [problem(path(index), `gives another price for the same as ${path(first.index)}; leave one of them out.`)];
  });
}
