import type { BulkRecipient, UnreadableRecipient } from '../../bulk/bulk.inputs.js';
import { ValidationError } from '../../errors.js';
import {
  BlankLines,
  type CsvRow,
  csvRows,
  REPLACEMENT_CHARACTER,
  UnreadableCsvError,
} from '../meta-templates/bulk-sends/recipients/csv-rows.js';
import { isRecipientDto, toBulkRecipient } from '../meta-templates/bulk-sends/recipients/recipient.dto.js';
import { withoutEscape } from '../meta-templates/bulk-sends/recipients/streamed-recipients.js';

/** Rows that are shown of a list, and bytes of them at most. */
const MOST_SHOWN = 100;
const MOST_SHOWN_LENGTH = 512 * 1024;

/** The beginning of a list, row by row as it is written; without blank rows. */
export async function firstRows(bytes: AsyncIterable<Uint8Array>, isCut: boolean): Promise<string[][]> {
  const rows: string[][] = [];
  const blank = new BlankLines();
  let length = 0;
  try {
    for await (const { cells } of csvRows(bytes)) {
      if (isBlank(cells)) blank.add(cells.length);
      else rows.push(cells.map(withoutEscape));
      length += cells.reduce((sum, cell) => sum + cell.length, 0);
      if (rows.length > MOST_SHOWN || length > MOST_SHOWN_LENGTH) return rows;
    }
  } catch (error) {
    if (!(error instanceof UnreadableCsvError)) throw error;
    if (rows.length === 0) throw new ValidationError([{ path: 'body', message: `cannot be read: ${error.message}.` }]);
    return rows;
  }
  // Where the list was cut, its last row may be half a one.
  return isCut && rows.length > 1 ? rows.slice(0, -1) : rows;
}

/** Where a cell of a list goes: the phone number, or a value of the template. */
const TARGET =
  /^(?:(phone)|(?:cards\[(\d{1,2})\]\.)?(variables|button_variables)\.(\w{1,255})(?:\.(latitude|longitude|name|address|catalog_id|product_retailer_id))?)$/;

/** What a column is for; undefined for one that is left out. */
type Target =
  | { readonly isPhone: true }
  | {
      readonly isPhone: false;
      readonly card: number | undefined;
      readonly group: 'variables' | 'button_variables';
      readonly name: string;
      /** Of a value that is an object. */
      readonly field: string | undefined;
    }
  | undefined;

/** What goes where: by column, and the same for all. */
export interface ListMapping {
  readonly columns: readonly Target[];
  readonly fixed: readonly (readonly [Target, string])[];
}

/**
 * @param columns the target of each, separated by commas: `phone,variables.name,,button_variables.button_0`
 * @param values JSON by target
 * @throws ValidationError
 */
export function readMapping(columns: string, values: string | undefined): ListMapping {
  const targets = columns.split(',');
  const fixed = Object.entries(readValues(values));
  const named = [...targets, ...fixed.map(([target]) => target)].filter((target) => target !== '');
  const wrong = named.find((target, index) => !TARGET.test(target) || named.indexOf(target) !== index);
  if (wrong !== undefined) {
    throw new ValidationError([
      { path: 'columns', message: `cannot have ${JSON.stringify(wrong.slice(0, 100))}, or only once.` },
    ]);
  }
  if (!targets.includes('phone')) throw new ValidationError([{ path: 'columns', message: 'must have phone.' }]);
  return { columns: targets.map(targetOf), fixed: fixed.map(([target, value]) => [targetOf(target), value]) };
}

function readValues(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined || text === '') return {};
  try {
    const values: unknown = JSON.parse(text);
    if (isTexts(values)) return values;
  } catch {
    // As good as something else.
  }
  throw new ValidationError([{ path: 'values', message: 'must be a JSON object of texts.' }]);
}

const isTexts = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === 'string');

function targetOf(text: string): Target {
  const [, phone, card, group, name = '', field] = TARGET.exec(text) ?? [];
  if (phone !== undefined) return { isPhone: true };
  if (group !== 'variables' && group !== 'button_variables') return undefined;
  return { isPhone: false, card: card === undefined ? undefined : Number(card), group, name, field };
}

/** The recipients of a list by what its columns are for, and which row of the list each is. */
export class RecipientList {
  /** Places, by index, at which rows were left out before a recipient: a list that is huge has few of them. */
  readonly #skipped: { readonly index: number; readonly rows: number }[] = [];

  constructor(
    private readonly bytes: AsyncIterable<Uint8Array>,
    private readonly mapping: ListMapping,
    private readonly hasHeader: boolean,
  ) {}

  /** The row of a recipient as a spreadsheet counts it, from 1. @param index of the recipient, from 0 */
  rowOf(index: number): number {
    const skipped = this.#skipped.filter((place) => place.index <= index);
    return index + 1 + skipped.reduce((sum, { rows }) => sum + rows, 0);
  }

  async *recipients(): AsyncGenerator<BulkRecipient | UnreadableRecipient> {
    const blank = new BlankLines();
    let [index, left] = [0, 0];
    let isFirst = this.hasHeader;
    try {
      for await (const row of csvRows(this.bytes)) {
        if (isBlank(row.cells) || isFirst) {
          if (isBlank(row.cells)) blank.add(row.cells.length);
          else isFirst = false;
          left += 1;
          continue;
        }
        if (left > 0) this.#skipped.push({ index, rows: left });
        left = 0;
        index += 1;
        yield this.#recipient(row);
      }
    } catch (error) {
      if (!(error instanceof UnreadableCsvError)) throw error;
      yield { unreadable: `${error.message}. Nothing after it was read.` };
    }
  }

  #recipient({ cells }: CsvRow): BulkRecipient | UnreadableRecipient {
    if (cells.some((cell) => cell.includes(REPLACEMENT_CHARACTER)))
      return { unreadable: 'is not in UTF-8: save the list as such.' };
    let phone = '';
    const parts = new Map<number | undefined, Part>([[undefined, emptyPart()]]);
    const set = (target: Target, value: string) => {
      if (!target || value === '') return;
      if (target.isPhone) {
        phone = value;
        return;
      }
      const part = parts.get(target.card) ?? emptyPart();
      parts.set(target.card, part);
      const values = part[target.group];
      const known = values.get(target.name);
      if (target.field === undefined) values.set(target.name, value);
      else values.set(target.name, { ...(typeof known === 'object' && known), [target.field]: value });
    };
    for (const [target, value] of this.mapping.fixed) set(target, value);
    for (const [column, target] of this.mapping.columns.entries())
      set(target, withoutEscape(cells[column] ?? '').trim());
    const most = [...parts.keys()].reduce<number>((last, card) => Math.max(last, card ?? -1), -1);
    const cards = Array.from({ length: most + 1 }, (_, card) => dtoOf(parts.get(card) ?? emptyPart()));
    const recipient: unknown = { phone, ...dtoOf(parts.get(undefined) ?? emptyPart()), ...(most >= 0 && { cards }) };
    // What the values are like is checked by the service.
    return isRecipientDto(recipient) ? toBulkRecipient(recipient) : { unreadable: 'cannot be read.' };
  }
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

type Values = Map<string, string | Readonly<Record<string, string>>>;
type Part = Readonly<Record<'variables' | 'button_variables', Values>>;

const emptyPart = (): Part => ({ variables: new Map(), button_variables: new Map() });

const dtoOf = ({ variables, button_variables: buttons }: Part) => ({
  variables: Object.fromEntries(variables),
  button_variables: Object.fromEntries(buttons),
});
