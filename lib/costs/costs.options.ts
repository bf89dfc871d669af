import type { ValidationProblem } from '../errors.js';
import { isError } from '../foreign-errors.js';
import { checkAbove0, checkList, checkNames, checkObject, itemsOf, problem } from '../option-checks.js';
import { marketKey } from './markets.js';
import { isTimeZone } from './local-days.js';
import { type RateCardEntry, checkEntry, checkTwice, isCurrency, RateCard } from './rate-card.js';
import { readRateCardFile, type RateCardFile } from './rate-card-file.js';

/**
 * How one account is charged.
 *
 * @publicApi
 */
export interface WhatsAppAccountCosts {
  /** The currency of the account, ISO 4217, such as `USD`. */
  readonly currency?: string | undefined;
  /** The account's time zone at Meta, such as `America/Argentina/Buenos_Aires`: days and months begin by it. */
  readonly timeZone?: string | undefined;
}

/**
 * What messages cost. Meta reports of each message whether it is charged and as what, but no amount: that is on its rate card.
 *
 * @publicApi
 */
export interface WhatsAppCostsOptions extends WhatsAppAccountCosts {
  /** The rates, one by one or as CSV files. */
  readonly rateCard?: readonly (RateCardEntry | RateCardFile)[] | undefined;
  /** Accounts with another currency or time zone, by Meta's id of the account. */
  readonly accounts?: Readonly<Record<string, WhatsAppAccountCosts>> | undefined;
  /** Markets of countries, by ISO 3166-1 alpha-2, where they differ from Meta's table: `{ PR: 'North America' }`. */
  readonly markets?: Readonly<Record<string, string>> | undefined;
  /** Delivered service messages that are free for each phone number and month; 1,000 by default. */
  readonly freeServiceMessages?: number | undefined;
}

/** The same, read. */
export interface CostsOptions {
  readonly rateCard: RateCard;
  readonly freeServiceMessages: number;
  /** Whether the host gave a rate card. */
  readonly isConfigured: boolean;
  /** By Meta's id of the account. */
  of(
    businessAccountId: string,
  ): Required<WhatsAppAccountCosts> & { readonly currency: string; readonly timeZone: string };
}

/** Token of the {@link CostsOptions}. */
export const COSTS_OPTIONS = Symbol('COSTS_OPTIONS');

const FREE_SERVICE_MESSAGES = 1_000;

const ACCOUNT_NAMES: Record<keyof WhatsAppAccountCosts, true> = { currency: true, timeZone: true };

const NAMES: Record<keyof WhatsAppCostsOptions, true> = {
  ...ACCOUNT_NAMES,
  rateCard: true,
  accounts: true,
  markets: true,
  freeServiceMessages: true,
};

const FILE_NAMES: Record<keyof RateCardFile, true> = { file: true, validFrom: true, currency: true };

/** Everything that is wrong with the options, of files also every line. */
export function checkCosts(costs: WhatsAppCostsOptions | undefined): ValidationProblem[] {
  if (costs === undefined) return [];
  if (checkObject('costs', costs).length > 0) return [problem('costs', 'must be { rateCard: [] }.')];
  const { rateCard, currency, timeZone, accounts, markets, freeServiceMessages } = costs;
  const given = itemsOf(rateCard);
  const own = new Set(
    Object.values(markets ?? {}).flatMap((market: unknown) => (typeof market === 'string' ? [marketKey(market)] : [])),
  );
  const wrong = given.flatMap((entry, index) => checkGiven(entry, `costs.rateCard[${index}]`, own));
  return [
    ...checkNames<WhatsAppCostsOptions>('costs', costs, NAMES),
    ...checkObject('costs.accounts', accounts),
    ...checkObject('costs.markets', markets),
    ...checkList('costs.rateCard', rateCard),
    ...wrong,
    ...(wrong.length > 0 ? [] : checkTwice(entriesOf(given), (index) => `costs.rateCard entry ${index + 1}`)),
    ...checkAccount({ currency, timeZone }, 'costs'),
    ...Object.entries(accounts ?? {}).flatMap(([id, account]) => checkAccount(account, `costs.accounts.${id}`)),
    ...Object.entries(markets ?? {}).flatMap(([country, market]) =>
      /^[A-Z]{2}$/.test(country) && typeof market === 'string' && market.trim() !== ''
        ? []
        : [problem(`costs.markets.${country}`, "must be a country and its market, such as { PR: 'North America' }.")],
    ),
    ...(freeServiceMessages === 0 ? [] : checkAbove0('costs.freeServiceMessages', freeServiceMessages, true)),
  ];
}

function checkAccount(account: WhatsAppAccountCosts, path: string): ValidationProblem[] {
  if (typeof account !== 'object' || account === null) return [problem(path, "must be { currency: 'USD' }, say.")];
  const { currency, timeZone } = account;
  return [
    ...(path === 'costs' ? [] : checkNames<WhatsAppAccountCosts>(path, account, ACCOUNT_NAMES)),
    ...(currency === undefined || isCurrency(currency)
      ? []
      : [problem(`${path}.currency`, 'must be a currency of three capital letters, such as "USD".')]),
    ...(timeZone === undefined || isTimeZone(timeZone)
      ? []
      : [problem(`${path}.timeZone`, 'must be a time zone such as "America/Argentina/Buenos_Aires".')]),
  ];
}

const isFile = (given: RateCardEntry | RateCardFile): given is RateCardFile =>
  typeof given === 'object' && given !== null && 'file' in given;

function checkGiven(
  given: RateCardEntry | RateCardFile,
  path: string,
  ownMarkets: ReadonlySet<string>,
): ValidationProblem[] {
  if (!isFile(given)) return checkEntry(given, path, ownMarkets);
  const names = checkNames<RateCardFile>(path, given, FILE_NAMES);
  if (names.length > 0) return names;
  try {
    const { entries, problems } = readRateCardFile(given);
    if (problems.length > 0) return problems.map((line) => problem(`${path} (${given.file})`, line));
    // What all lines have in common is said once.
    return entries.slice(0, 1).flatMap((entry) => checkEntry(entry, path, ownMarkets));
  } catch (error) {
    return [problem(`${path}.file`, `cannot be read: ${isError(error) ? error.message : String(error)}`)];
  }
}

const entriesOf = (given: readonly (RateCardEntry | RateCardFile)[]): RateCardEntry[] =>
  given.flatMap((one) => (isFile(one) ? readRateCardFile(one).entries : [one]));

/** @param costs as `checkCosts` finds nothing wrong with */
export function readCosts(costs: WhatsAppCostsOptions = {}): CostsOptions {
  const rateCard = new RateCard(entriesOf(costs.rateCard ?? []), costs.markets);
  const { currency = rateCard.currencies[0] ?? 'USD', timeZone = 'UTC', accounts = {} } = costs;
  return {
    rateCard,
    freeServiceMessages: costs.freeServiceMessages ?? FREE_SERVICE_MESSAGES,
    isConfigured: costs.rateCard !== undefined,
    of: (businessAccountId) => ({
      currency: accounts[businessAccountId]?.currency ?? currency,
      timeZone: accounts[businessAccountId]?.timeZone ?? timeZone,
    }),
  };
}
