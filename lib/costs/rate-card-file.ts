import { readFileSync } from 'node:fs';
import { csvParseSync } from '../lazy-packages.js';
import { isError } from '../foreign-errors.js';
import { isMarket } from './markets.js';
import { isAmount } from './money.js';
import { type RateCardEntry, categoryKey, isCurrency, isTier } from './rate-card.js';

/**
 * A rate card in a CSV file, such as Meta publishes them: a line for each market, a column for each category.
 *
 * @publicApi
 */
export interface RateCardFile {
  /** Where it is. */
  readonly file: string;
  /** The first day that its rates hold on, such as `2026-10-01`. */
  readonly validFrom: string;
  /** Of files without a column for it; ISO 4217, such as `USD`. */
  readonly currency?: string | undefined;
}

/** Lines of a file that are wrong, or its rates. */
export interface ReadRateCard {
  readonly entries: readonly RateCardEntry[];
  /** Each begins with the line that it is about. */
  readonly problems: readonly string[];
}

/** What a column is, by its header in lower case. */
const COLUMNS: Readonly<Record<string, 'market' | 'currency' | 'tier' | 'from' | 'to' | undefined>> = {
  market: 'market',
  country: 'market',
  region: 'market',
  'country or region': 'market',
  currency: 'currency',
  tier: 'tier',
  'volume tier': 'tier',
  from: 'from',
  to: 'to',
};

/** The categories that a file may have a column for. */
const CATEGORIES: ReadonlySet<string> = new Set([
  'marketing',
  'marketing_lite',
  'utility',
  'authentication',
  'authentication_international',
  'service',
]);

/** How a file says that there is no such rate. */
const NO_RATE: ReadonlySet<string> = new Set(['', '-', '–', '—', 'n/a', 'na']);

/** @throws Error when the file cannot be read */
export const readRateCardFile = ({ file, ...words }: RateCardFile): ReadRateCard =>
  readRateCard(readFileSync(file, 'utf8'), words);

/**
 * Reads a rate card: the columns are found by their headers, in any order, and others are left out. Lines before the headers
 * are skipped.
 */
export function readRateCard(text: string, words: Omit<RateCardFile, 'file'>): ReadRateCard {
  const lines = linesOf(text);
  if (typeof lines === 'string') return { entries: [], problems: [lines] };
  const headerAt = lines.findIndex(({ cells }) => isHeader(cells));
  const header = lines[headerAt];
  if (!header) {
    const expected =
      'a line of headers with market (or country) and one of marketing, utility, authentication, service';
    return { entries: [], problems: [`must have ${expected}.`] };
  }
  const read = lines.slice(headerAt + 1).map((line) => readLine(line, header.cells, words));
  const entries = read.flatMap((line) => line.entries);
  const problems = read.flatMap((line) => line.problems);
  const isEmpty = entries.length === 0 && problems.length === 0;
  return { entries, problems: isEmpty ? ['has no price below its headers.'] : problems };
}

interface Line {
  /** From 1. */
  readonly number: number;
  readonly cells: readonly string[];
}

/** The lines that are not empty; what is wrong, where it is no CSV. */
function linesOf(text: string): Line[] | string {
  const rows: Line[] = [];
  try {
    csvParseSync().parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      trim: true,
      skip_records_with_empty_values: true,
      on_record: (cells: readonly string[], { lines }: { readonly lines: number }) => {
        rows.push({ number: lines, cells });
        return null;
      },
    });
    return rows;
  } catch (error) {
    return `is no CSV: ${isError(error) ? error.message : String(error)}`;
  }
}

/** That of comma, semicolon and tab which there is most of. */
function delimiterOf(text: string): string {
  const count = (delimiter: string) => text.split(delimiter).length;
  return [',', ';', '\t'].reduce((most, delimiter) => (count(delimiter) > count(most) ? delimiter : most));
}

const columnOf = (header: string) => COLUMNS[header.trim().toLowerCase()];

/** `Authentication-International`, `Authentication (international)` and `authentication_international` are one. */
const categoryOf = (header: string): string | undefined => {
  const category = categoryKey(header.replaceAll(/[()]/g, ''));
  return CATEGORIES.has(category) ? category : undefined;
};

const isHeader = (cells: readonly string[]): boolean =>
  cells.some((cell) => columnOf(cell) === 'market') && cells.some((cell) => categoryOf(cell) !== undefined);

function readLine(
  { number, cells }: Line,
  headers: readonly string[],
  { validFrom, currency: given }: Omit<RateCardFile, 'file'>,
): ReadRateCard {
  const problems: string[] = [];
  const cell = (column: string) => cells[headers.findIndex((header) => columnOf(header) === column)] ?? '';
  const wrong = (what: string) => problems.push(`line ${number}: ${what}`);
  const market = cell('market');
  if (!isMarket(market)) wrong(`"${market}" is none of Meta’s markets, and no country such as "AR".`);
  const currency = cell('currency') === '' ? (given ?? '') : currencyIn(cell('currency'));
  if (!isCurrency(currency)) wrong(`"${currency}" is no currency such as "USD".`);
  const tier = tierOf(cell('tier'), cell('from'), cell('to'));
  if (tier !== undefined && !isTier(tier)) wrong(`"${tier}" is no volume tier such as "0:750000".`);
  const entries = headers.flatMap((header, index): RateCardEntry[] => {
    const category = categoryOf(header);
    const written = cells[index] ?? '';
    if (category === undefined || NO_RATE.has(written.toLowerCase())) return [];
    const price = priceIn(written);
    if (!isAmount(price)) wrong(`"${written}" is no price of ${header}, such as 0.0349.`);
    return [{ validFrom, currency, market, category, price, ...(tier !== undefined && { tier }) }];
  });
  return problems.length > 0 ? { entries: [], problems } : { entries, problems };
}

/** The code in a cell such as `$US`, `USD` or `US dollar (USD)`. */
function currencyIn(cell: string): string {
  if (cell === '$US') return 'USD';
  return /\b[A-Z]{3}\b/.exec(cell)?.[0] ?? cell;
}

/** As Meta's webhooks write it. */
function tierOf(tier: string, from: string, to: string): string | undefined {
  const text = tier === '' && from !== '' ? `${from}:${to}` : tier;
  if (text === '') return undefined;
  const compact = text.replaceAll(/[\s,_]/g, '').replace(/[-–—]/, ':');
  return compact.replace(/\+$/, ':MAX').replace(/:(?:max|--?)?$/i, ':MAX');
}

/** Without the sign of a currency and the commas between thousands. */
function priceIn(cell: string): string {
  const bare = cell.replaceAll(/[\s\p{Sc}]|^[A-Z]{2,3}/gu, '');
  if (/^\d{1,3}(?:,\d{3})+\.\d+$/.test(bare)) return bare.replaceAll(',', '');
  return bare.replace(/^(\d+),(\d+)$/, '$1.$2').replace(/^\./, '0.');
}
