/**
 * What one delivered message costs.
 *
 * @publicApi
 */
export interface Rate {
  /** A country by its ISO 3166-1 alpha-2 code, or one of the names in `markets`, such as `Rest of Latin America`. */
  readonly market: string;
  /** As webhooks write it: `marketing`, `utility`, `authentication`, `service`, `authentication_international` … */
  readonly category: string;
  /**
   * The messages of a month that it is for, such as `0:750000` or `750001:MAX`; by default all, `0:MAX`. The next one holds
   * from the second after the last of these was delivered, and `account_update` webhooks report it.
   */
  readonly tier?: string;
  /** A decimal, such as `0.0349`, in the currency of the account. */
  readonly price: string;
}

/**
 * What Meta charges an account, as a test wants it. Meta publishes its own with the page "Pricing".
 *
 * @publicApi
 */
export interface RateCard {
  /** The markets of several countries: `{ PE: 'Rest of Latin America' }`. By default a country is a market of its own. */
  readonly markets?: Readonly<Record<string, string>>;
  /** One for each market and category that messages are sent to, and each tier of them. */
  readonly rates: readonly Rate[];
}

/** A rate with its tier read. */
export interface TierRate {
  readonly tier: string;
  /** The last message of the month that it is for. */
  readonly last: number;
  /** In billionths of the currency. */
  readonly price: bigint;
}

/** A rate card that nothing is wrong with, to look rates up in. */
export class Rates {
  readonly #markets: Readonly<Record<string, string>>;
  readonly #tiers: ReadonlyMap<string, readonly TierRate[]>;

  /** Throws when the card is wrong, with every problem of it. */
  constructor({ markets = {}, rates }: RateCard) {
    const tiers = new Map<string, Rate[]>();
    for (const rate of rates) tiers.set(keyOf(rate), [...(tiers.get(keyOf(rate)) ?? []), rate]);
    const problems = [...rates.flatMap(priceProblems), ...[...tiers.values()].flatMap(tierProblems)];
    if (problems.length > 0) throw new Error(`Invalid rate card: ${problems.join(' ')}`);
    this.#markets = markets;
    this.#tiers = new Map(Array.from(tiers, ([key, own]) => [key, own.map(readTier)]));
  }

  marketOf(country: string): string {
    return this.#markets[country] ?? country;
  }

  /** The rate of the nth charged message of a month; undefined when the card has none. */
  rateOf(market: string, category: string, nth: number): TierRate | undefined {
    return this.#tiers.get(keyOf({ market, category }))?.find(({ last }) => nth <= last);
  }
}

/** Meta writes `authentication-international` with a hyphen and with an underscore. */
const keyOf = ({ market, category }: Pick<Rate, 'market' | 'category'>): string =>
  JSON.stringify([market, category.replaceAll('-', '_')]);

const PRICE = /^\d{1,9}(?:\.\d{1,9})?$/;

const TIER = /^(\d+):(\d+|MAX)$/;

const ALL = '0:MAX';

const TIERED = ['utility', 'authentication'];

const nameOf = ({ market, category, tier = '' }: Rate): string => `${market} ${category} ${tier}`.trim();

function priceProblems(rate: Rate): string[] {
  if (PRICE.test(rate.price)) return [];
  return [`The price of ${nameOf(rate)} must be a decimal such as "0.0349" - got "${rate.price}".`];
}

/** The tiers of one market and category follow each other without a gap, and the last one has no end. */
function tierProblems(rates: readonly Rate[]): string[] {
  let next = 0;
  for (const rate of rates) {
    const [, first, last] = TIER.exec(rate.tier ?? ALL) ?? [];
    if (Number(first) !== next) return [`The tier of ${nameOf(rate)} must begin with ${next}.`];
    next = last === 'MAX' ? Infinity : Number(last) + 1;
  }
  const [rate] = rates;
  if (rate === undefined || next === Infinity) {
    const hasTiers = rates.length > 1 && !TIERED.includes(rate?.category ?? '');
    return hasTiers && rate ? [`Only ${TIERED.join(' and ')} have tiers, and not ${rate.category}.`] : [];
  }
  return [`The last tier of ${rate.market} ${rate.category} must end with MAX.`];
}

function readTier({ tier = ALL, price }: Rate): TierRate {
  const last = TIER.exec(tier)?.[2];
  return { tier, last: last === 'MAX' ? Infinity : Number(last), price: readAmount(price) };
}

const DECIMALS = 9;

/** A decimal in billionths. */
function readAmount(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'));
}

/** Billionths as a decimal, with two digits after the point or as many more as it has. */
export function writeAmount(billionths: bigint): string {
  const digits = String(billionths).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0{1,7}$/, '');
  return `${digits.slice(0, -DECIMALS)}.${fraction}`;
}
