import type { WhatsAppContact } from '../../contacts/contact.view.js';
import type { ContactImportRow } from '../../contacts/contacts.inputs.js';
import { toE164 } from '../../contacts/phone-number.js';
import { suggestion } from '../../did-you-mean.js';
import { type ValidationProblem, ValidationError } from '../../errors.js';
import {
  BlankLines,
  type CsvRow,
  csvRows,
  REPLACEMENT_CHARACTER,
  UnreadableCsvError,
} from '../meta-templates/bulk-sends/recipients/csv-rows.js';
import { withoutEscape } from '../meta-templates/bulk-sends/recipients/streamed-recipients.js';
import { consentOf } from './contact.presenter.js';

/** What a column of a list may be. */
export const IMPORT_FIELDS = [
  'phone',
  'user_id',
  'first_name',
  'last_name',
  'email',
  'type',
  'company',
  'description',
  'country',
  'zip',
  'city',
  'state',
  'address',
  'groups',
  'marketing',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** What else people write above a column, in the three languages of the console. */
const OTHER_NAMES: Readonly<Record<string, ImportField>> = {
  ...named(
    'phone',
    'phone number',
    'mobile',
    'whatsapp',
    'number',
    'teléfono',
    'telefono',
    'celular',
    'número',
    'telefone',
  ),
  ...named('user_id', 'user id', 'bsuid'),
  ...named('first_name', 'first name', 'firstname', 'name', 'nombre', 'nome'),
  ...named('last_name', 'last name', 'lastname', 'surname', 'apellido', 'apellidos', 'sobrenome'),
  ...named('email', 'e-mail', 'mail', 'correo'),
  ...named('type', 'tipo'),
  ...named('company', 'empresa'),
  ...named('description', 'notes', 'notas', 'descripción', 'descrição'),
  ...named('country', 'país', 'pais'),
  ...named('zip', 'postal code', 'postcode', 'código postal', 'cep'),
  ...named('city', 'ciudad', 'cidade'),
  ...named('state', 'province', 'provincia', 'estado'),
  ...named('address', 'dirección', 'endereço'),
  ...named('groups', 'group', 'grupos', 'grupo', 'tags', 'labels'),
  ...named('marketing', 'consent', 'opt-in', 'opt in', 'consentimiento', 'consentimento'),
};

function named(field: ImportField, ...names: readonly string[]): Record<string, ImportField> {
  return Object.fromEntries([field, ...names].map((name) => [name, field]));
}

/** The first lines of a list. */
export interface CsvPreview {
  /** By place in the line: the name that is written above, and what it probably is. */
  readonly columns: readonly { readonly name: string; readonly field: ImportField | null }[];
  readonly rows: readonly (readonly string[])[];
}

/** Lines that are shown below the names. */
const PREVIEWED = 5;

/** @throws ValidationError when the first line cannot be read */
export async function previewCsv(chunks: AsyncIterable<Uint8Array>): Promise<CsvPreview> {
  const lines: CsvRow[] = [];
  try {
    for await (const row of csvRows(chunks)) {
      if (row.cells.some((cell) => cell !== '')) lines.push(row);
      if (lines.length > PREVIEWED) break;
    }
  } catch (error) {
    // The beginning of a file may end within a cell.
    if (!(error instanceof UnreadableCsvError)) throw error;
    if (lines.length === 0) throw new ValidationError([{ path: 'body', message: `cannot be read: ${error.message}.` }]);
  }
  const [head, ...rows] = lines;
  if (!head) throw new ValidationError([{ path: 'body', message: 'is empty; its first line must name the columns.' }]);
  return { columns: guessed(head.cells), rows: rows.map(({ cells }) => cells.map(withoutEscape)) };
}

/** Each field once: the first column that looks like it. */
function guessed(names: readonly string[]): CsvPreview['columns'] {
  const taken = new Set<ImportField>();
  return names.map((name) => {
    const key = name.trim().toLowerCase();
    const field = Object.hasOwn(OTHER_NAMES, key) ? OTHER_NAMES[key] : undefined;
    if (field === undefined || taken.has(field)) return { name, field: null };
    taken.add(field);
    return { name, field };
  });
}

/** What is wrong with how columns are mapped. */
export function columnProblems(columns: readonly string[]): ValidationProblem[] {
  const unknown = columns.filter((column) => column !== '' && !isImportField(column));
  const fields = columns.filter(Boolean);
  const twice = new Set(fields.filter((field, index) => fields.indexOf(field) !== index));
  return [
    ...unknown.map((column) => {
      const known = `there is ${IMPORT_FIELDS.join(', ')}.${suggestion(column, IMPORT_FIELDS)}`;
      return problem(`has the unknown field "${column}"; ${known}`);
    }),
    ...[...twice].map((field) => problem(`has ${field} twice.`)),
    ...(fields.includes('phone') || fields.includes('user_id')
      ? []
      : [problem('must have phone or user_id, by which people are known.')]),
  ];
}

const problem = (message: string): ValidationProblem => ({ path: 'columns', message });

const isImportField = (text: string): text is ImportField => IMPORT_FIELDS.some((field) => field === text);

/**
 * The people of a list, a line each, below the one that names the columns. An empty cell says nothing.
 * @param columns fields by their place, empty for those that are left out
 */
export async function* contactRows(
  chunks: AsyncIterable<Uint8Array>,
  columns: readonly string[],
): AsyncGenerator<ContactImportRow> {
  const blank = new BlankLines();
  let isHead = true;
  let last = 1;
  try {
    for await (const { line, cells } of csvRows(chunks)) {
      last = line;
      if (cells.every((cell) => cell === '')) blank.add(cells.length);
      else if (isHead) isHead = false;
      else yield toRow(line, cells, columns);
    }
  } catch (error) {
    if (!(error instanceof UnreadableCsvError)) throw error;
    yield { row: last + 1, unreadable: `${error.message}. Nothing after it was read.` };
  }
}

function toRow(row: number, cells: readonly string[], columns: readonly string[]): ContactImportRow {
  if (cells.some((cell) => cell.includes(REPLACEMENT_CHARACTER))) {
    return { row, unreadable: 'is not in UTF-8: save the text as such.' };
  }
  const given: Partial<Record<ImportField, string>> = {};
  for (const [index, field] of columns.entries()) {
    const cell = withoutEscape((cells[index] ?? '').trim());
    if (cell !== '' && isImportField(field)) given[field] = cell;
  }
  const { user_id: userId, first_name: firstName, last_name: lastName, type, marketing, ...fields } = given;
  const isType = type === undefined || TYPES.has(type.toLowerCase());
  if (!isType) return { row, unreadable: 'has a type that is neither lead nor customer.' };
  const consent = marketing === undefined ? undefined : CONSENTS.get(marketing.toLowerCase());
  if (marketing !== undefined && consent === undefined) {
    return { row, unreadable: 'has something in marketing that is neither yes nor no.' };
  }
  return {
    row,
    ...fields,
    ...(userId !== undefined && fields.phone === undefined && { userId }),
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    ...(type !== undefined && { type: TYPES.get(type.toLowerCase()) ?? null }),
    consent,
  };
}

const TYPES: ReadonlyMap<string, 'lead' | 'customer'> = new Map([
  ['lead', 'lead'],
  ['customer', 'customer'],
] as const);

const CONSENTS: ReadonlyMap<string, ContactImportRow['consent']> = new Map([
  ...['yes', 'y', 'true', '1', 'si', 'sí', 'sim', 'opted_in'].map((word) => [word, 'opted_in'] as const),
  ...['no', 'n', 'false', '0', 'não', 'nao', 'opted_out'].map((word) => [word, 'opted_out'] as const),
]);

const MARKETING = { opted_in: 'yes', opted_out: 'no', unknown: '' } as const;

/** The columns of an export; the first ones are those of an import. */
export function exportedContact(contact: WhatsAppContact): Record<string, string> {
  const { phone, userId, parentUserId, groups, username, profileName } = contact;
  return {
    phone: phone === null ? '' : toE164(phone),
    user_id: userId ?? parentUserId ?? '',
    first_name: contact.firstName ?? '',
    last_name: contact.lastName ?? '',
    email: contact.email ?? '',
    type: contact.type ?? '',
    company: contact.company ?? '',
    description: contact.description ?? '',
    country: contact.country ?? '',
    zip: contact.zip ?? '',
    city: contact.city ?? '',
    state: contact.state ?? '',
    address: contact.address ?? '',
    groups: (groups ?? []).join(', '),
    marketing: MARKETING[consentOf(contact)],
    username: username ?? '',
    profile_name: profileName ?? '',
    blocked_at: contact.blockedAt?.toISOString() ?? '',
    created_at: contact.createdAt.toISOString(),
  };
}

export const EXPORT_COLUMNS = [...IMPORT_FIELDS, 'username', 'profile_name', 'blocked_at', 'created_at'];
