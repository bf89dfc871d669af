import { type Problem, ValidationError } from '../../../../errors.js';

/** What the cells of a column are: the phone number, the value of a variable or button; or nothing, for lack of a name. */
export interface CsvColumn {
  readonly kind: 'phone' | 'variable' | 'button' | 'unnamed';
  readonly name: string;
}

/** More than the longest template has variables. */
const MOST_COLUMNS = 500;

/** Stands where bytes were no UTF-8. */
export const REPLACEMENT_CHARACTER = '\uFFFD';

/**
 * Reads the first row: `phone`, the names of variables, `button_0` …
 * @throws ValidationError with everything that is wrong with it
 */
export function readCsvHeader(cells: readonly string[]): CsvColumn[] {
  const names = withPhone(cells.map(nameOf));
  const problems = [...missingPhone(names), ...doubles(names.slice(0, MOST_COLUMNS))];
  if (names.length > MOST_COLUMNS) problems.push(`has ${names.length} columns; there can be ${MOST_COLUMNS}.`);
  if (names.some((name) => name.includes(REPLACEMENT_CHARACTER))) problems.push('is not in UTF-8: save it as such.');
  if (problems.length > 0) throw unreadableHeader(problems);
  return names.map((name) => ({ name, kind: kindOf(name) }));
}

export function unreadableHeader(problems: readonly string[]): ValidationError {
  return new ValidationError(problems.map((problem): Problem => ({ path: 'body', message: `as CSV ${problem}` })));
}

/** People write `Phone` or `Customer name` above a column; a template's variables have lower-case letters and no spaces. */
function nameOf(cell: string): string {
  const name = cell.trim();
  return /^\p{Lu}|\s/u.test(name) ? name.toLowerCase().replaceAll(/\s+/g, '_') : name;
}

/** The column of phone numbers is called otherwise in our own exports. */
const withPhone = (names: readonly string[]): readonly string[] =>
  names.includes('phone') ? names : names.map((name) => (name === 'recipient_phone' ? 'phone' : name));

function missingPhone(names: readonly string[]): string[] {
  if (names.includes('phone')) return [];
  return ['must begin with a line that names the columns, among them phone.'];
}

function doubles(names: readonly string[]): string[] {
  const named = names.filter(Boolean);
  const twice = new Set(named.filter((name, index) => named.indexOf(name) !== index));
  return Array.from(twice, (name) => `has two columns ${JSON.stringify(name)}.`);
}

function kindOf(name: string): CsvColumn['kind'] {
  if (name === '') return 'unnamed';
  if (name === 'phone') return 'phone';
  return /^button_\d+$/.test(name) ? 'button' : 'variable';
}
