import { invalidParam, missingInManagement } from '../errors/graph-error.js';
import type { AccountNode } from '../graph-node.js';
import { type JsonObject, Param } from '../server/param.js';
import { secondsOf } from '../webhooks/update.js';
import { groupCharges, type Charge, type ChargeGroup } from './charges.js';
import { dayOf, monthOf, type Period } from './local-time.js';
import { writeAmount } from './rate-card.js';

const GRANULARITIES = ['HALF_HOUR', 'DAILY', 'MONTHLY'];

const METRICS = ['COST', 'VOLUME'];

const TYPES = ['REGULAR', 'FREE_CUSTOMER_SERVICE', 'FREE_ENTRY_POINT', 'FREE_GROUP_CUSTOMER_SERVICE'];

const CATEGORIES = [
  'AUTHENTICATION',
  'AUTHENTICATION_INTERNATIONAL',
  'MARKETING',
  'MARKETING_LITE',
  'SERVICE',
  'UTILITY',
  'REFERRAL_CONVERSION',
  'MARKETING_LITE_DYNAMIC',
  'GROUP_MARKETING',
  'GROUP_MARKETING_LITE',
  'GROUP_SERVICE',
  'GROUP_UTILITY',
];

/** What a point says of each dimension that was asked for. */
const DIMENSIONS: ReadonlyMap<string, (charge: Charge) => JsonObject> = new Map<string, (charge: Charge) => JsonObject>(
  [
    ['COUNTRY', ({ country }) => ({ country })],
    ['PHONE', ({ digits }) => ({ phone_number: digits })],
    ['PRICING_CATEGORY', (charge) => ({ pricing_category: categoryOf(charge) })],
    ['PRICING_TYPE', (charge) => ({ pricing_type: typeOf(charge) })],
    ['TIER', ({ tier }) => (tier === undefined ? {} : { tier })],
  ],
);

const YEAR_MS = 366 * 86_400_000;

const HALF_HOUR_MS = 30 * 60_000;

/**
 * What `pricing_analytics` of an account answers, as a field or as an edge. See Meta's page "Analytics".
 * @param given the parameters as they came: lists with commas between the values, or as JSON
 * @param now epoch milliseconds
 */
export function pricingAnalytics(
  account: AccountNode,
  charges: readonly Charge[],
  given: ReadonlyMap<string, string>,
  now: number,
): JsonObject {
  const query = readQuery(new Param(Object.fromEntries(given), '', missingInManagement), now);
  const points = groupCharges(
    charges.filter((charge) => isAskedFor(charge, query)),
    (charge) => [
      periodOf(charge, query, account).start,
      ...query.dimensions.map((name) => JSON.stringify(at(name, charge))),
    ],
  );
  return { data: [{ data_points: points.map((point) => pointOf(point, query, account)) }] };
}

interface Query {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly granularity: string;
  /** Of each of these lists, all when it is empty; but of the dimensions none. */
  readonly phoneNumbers: readonly string[];
  readonly countries: readonly string[];
  readonly metrics: readonly string[];
  readonly types: readonly string[];
  readonly categories: readonly string[];
  readonly dimensions: readonly string[];
}

function readQuery(given: Param, now: number): Query {
  for (const name of ['start', 'end', 'granularity']) given.get(name).string();
  const start = given.get('start').integer() * 1_000;
  const end = given.get('end').integer() * 1_000;
  if (end <= start) throw invalidParam('end', 'must be later than start.');
  if (start < now - YEAR_MS) throw invalidParam('start', 'must be within the last year.');
  return {
    start,
    end,
    granularity: given.get('granularity').oneOf(GRANULARITIES),
    phoneNumbers: readList(given, 'phone_numbers').map((number) => number.string().replaceAll(/\D/g, '')),
    countries: readList(given, 'country_codes').map(readCountry),
    metrics: readList(given, 'metric_types').map((metric) => metric.oneOf(METRICS)),
    types: readList(given, 'pricing_types').map((type) => type.oneOf(TYPES)),
    categories: readList(given, 'pricing_categories').map((category) => category.oneOf(CATEGORIES)),
    dimensions: readList(given, 'dimensions').map((dimension) => dimension.oneOf([...DIMENSIONS.keys()])),
  };
}

/** Reads `US,IN` and `["US","IN"]`. */
function readList(given: Param, name: string): Param[] {
  const { value } = given.get(name);
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '') return [];
  if (!text.startsWith('['))
    return new Param(
      text.split(',').map((item) => item.trim()),
      name,
      missingInManagement,
    ).items();
  try {
    return new Param(JSON.parse(text), name, missingInManagement).items();
  } catch {
    throw invalidParam(name, 'must be an array.');
  }
}

function readCountry(country: Param): string {
  if (!/^[A-Z]{2}$/.test(country.string())) throw country.invalid('must be a country code of two letters.');
  return country.string();
}

const typeOf = ({ type }: Charge): string => type.toUpperCase();

const categoryOf = ({ category }: Charge): string => category.toUpperCase().replaceAll('-', '_');

const has = (list: readonly string[], value: string): boolean => list.length === 0 || list.includes(value);

const at = (dimension: string, charge: Charge): JsonObject => DIMENSIONS.get(dimension)?.(charge) ?? {};

const isAskedFor = (charge: Charge, { start, end, phoneNumbers, countries, types, categories }: Query): boolean =>
  charge.from >= start &&
  charge.from < end &&
  has(phoneNumbers, charge.digits) &&
  has(countries, charge.country) &&
  has(types, typeOf(charge)) &&
  has(categories, categoryOf(charge));

/** Days and months are those of the account. */
function periodOf({ from }: Charge, { granularity }: Query, { timeZone }: AccountNode): Period {
  if (granularity === 'DAILY') return dayOf(from, timeZone);
  if (granularity === 'MONTHLY') return monthOf(from, timeZone);
  const start = Math.floor(from / HALF_HOUR_MS) * HALF_HOUR_MS;
  return { start, end: start + HALF_HOUR_MS };
}

/** No cost where a partner pays, nor where the rate card has no rate. */
function pointOf({ first, volume, cost, hasRates }: ChargeGroup, query: Query, account: AccountNode): JsonObject {
  const { start, end } = periodOf(first, query, account);
  const hasCost = has(query.metrics, 'COST') && !account.hasPartnerCreditLine && hasRates;
  return {
    start: secondsOf(start),
    end: secondsOf(end),
    ...Object.fromEntries(query.dimensions.flatMap((dimension) => Object.entries(at(dimension, first)))),
    ...(has(query.metrics, 'VOLUME') && { volume }),
    ...(hasCost && { cost: Number(writeAmount(cost)) }),
  };
}
