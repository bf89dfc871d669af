import type { ListRows, Template, TemplateVariable } from '../api.js';
import { fieldsOf } from '../parts/template-values.js';

type Rows = ListRows['rows'];

/** What people call the column of phone numbers. */
const PHONE = new Set(
  'phone phonenumber mobile cell number whatsapp recipientphone telefono tel telephone movil celular cel numero telefone fone'.split(
    ' ',
  ),
);

/** What people call one thing in three languages. */
const SAME = [
  ['name', 'firstname', 'customername', 'nombre', 'nome', 'cliente', 'customer'],
  ['company', 'business', 'empresa', 'negocio'],
  ['date', 'fecha', 'data'],
  ['time', 'hour', 'hora'],
  ['order', 'ordernumber', 'pedido', 'orden'],
  ['code', 'codigo'],
  ['amount', 'total', 'monto', 'valor', 'importe'],
  ['address', 'direccion', 'endereco'],
  ['city', 'ciudad', 'cidade'],
];

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
    .toLowerCase();

const looksLikePhone = (cell: string): boolean =>
  /^['+\d\s().-]+$/.test(cell) && cell.replaceAll(/\D/g, '').length >= 8;

/** Whether the first row of a list has names, rather than a phone number somewhere. */
export const hasNames = ([first]: Rows): boolean => first !== undefined && !first.some(looksLikePhone);

/** Finds the column of each value: by its name, then by what is in it, then by its place. */
export function guessColumns(
  { variables }: Pick<Template, 'variables'>,
  rows: Rows,
  hasHeader: boolean,
): Readonly<Record<string, number>> {
  const names = hasHeader ? (rows[0] ?? []).map(plain) : [];
  const samples = rows.slice(hasHeader ? 1 : 0);
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  const isPhones = (column: number) =>
    samples.length > 0 && samples.every((row) => looksLikePhone(row[column] ?? '') || (row[column] ?? '') === '');
  const columns = Array.from({ length: width }, (_, column) => column);
  const named = columns.find((column) => PHONE.has(names[column] ?? ''));
  const phone = named ?? columns.find(isPhones) ?? (width > 0 ? 0 : undefined);
  if (phone === undefined) return {};

  const found: Record<string, number> = { phone };
  const free = () => columns.filter((column) => !Object.values(found).includes(column));
  const fields = variables.flatMap((variable) =>
    fieldsOf(variable).map(({ path, name }) => ({ variable, path, name })),
  );
  for (const { variable, path, name } of fields) {
    if (name === 'filename' || path in found) continue;
    const words = name === '' ? wordsFor(variable) : [plain(name)];
    const column = free().find((candidate) => words.includes(names[candidate] ?? ''));
    if (column !== undefined) found[path] = column;
  }
  // Without names, or where the template has none, the order is what one can go by.
  for (const { variable, path, name } of fields) {
    if (path in found || name !== '' || variable.kind !== 'TEXT' || (hasHeader && !isPositional(variable))) continue;
    const [column] = free();
    if (column !== undefined) found[path] = column;
  }
  return found;
}

const isPositional = ({ placeholder }: TemplateVariable): boolean => /^\d+$/.test(placeholder ?? '');

function wordsFor({ name, placeholder }: TemplateVariable): readonly string[] {
  const own = [plain(name), plain(placeholder ?? '')].filter((word) => word !== '' && !/^\d+$/.test(word));
  return [...own, ...SAME.filter((words) => own.some((word) => words.includes(word))).flat(), plain(name)];
}
