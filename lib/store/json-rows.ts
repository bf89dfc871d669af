import type { DataSource, EntityMetadata, ObjectLiteral, Repository } from 'typeorm';
import { type Dialect, dialectOf } from './dialect.js';
import { type BulkColumn, bulkColumns, bulkRows, bulkTable, sharedColumns } from './bulk-values.js';
import type { SqlStatement } from './statement.js';

/** What must hold of a row besides its key, such as `status IN (:...open)`, in the names of the table's columns. */
export interface RowCondition {
  readonly sql: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** What an update of many rows has besides them. */
export interface UpdateOptions<Entity> {
  readonly condition?: RowCondition;
  /** Columns that must have the values given for them, too, and stay as they are. */
  readonly matching?: readonly (keyof Entity & string)[];
  /** The values that are the same for all rows. */
  readonly shared?: Partial<Entity>;
}

/**
 * Inserts all rows by one statement with one parameter, whatever their number; for `change`, or `execute` alone.
 * Rows of many megabytes become several statements, so that none is larger than a server takes.
 * Every row has the properties of the first; columns that it lacks get their default, and `undefined` is null.
 * @param shared what all rows have in common, given once
 * @throws TypeError when rows differ in their properties, or a property is no column that fits in JSON
 */
export function insertRows<Entity extends ObjectLiteral>(
  { metadata, manager: { connection: dataSource } }: Repository<Entity>,
  rows: readonly Partial<Entity>[],
  shared: Partial<Entity> = {},
): SqlStatement[] {
  const own = bulkColumns(dataSource, metadata, rows);
  const common = sharedColumns(dataSource, metadata, shared);
  const columns = [...own, ...common.columns];
  const sql =
    `INSERT INTO ${tableOf(dataSource, metadata)} (${columns.map(({ name }) => name).join(', ')}) ` +
    `SELECT ${columns.map(({ given }) => given).join(', ')} FROM ${bulkTable(dialectOf(dataSource), own)}`;
  return statements(dataSource, sql, bulkRows(dataSource, own, rows), common.parameters);
}

/** Statements that insert one row, by the places of the columns that it has values for. */
const inserts = new WeakMap<EntityMetadata, Map<string, string>>();

/** Inserts one row, with a parameter for each column that it has a value for; the others get their default. Each statement is built once. */
export function insertRow<Entity extends ObjectLiteral>(
  { metadata, manager: { connection: dataSource } }: Repository<Entity>,
  row: Entity,
): SqlStatement {
  const { driver } = dataSource;
  const parameters: unknown[] = [];
  let given = '';
  for (const [place, column] of metadata.columns.entries()) {
    const value: unknown = driver.preparePersistentValue(column.getEntityValue(row), column);
    if (value === null || value === undefined) continue;
    parameters.push(value);
    given += `${place} `;
  }
  const known = inserts.get(metadata) ?? new Map<string, string>();
  inserts.set(metadata, known);
  const sql = known.get(given) ?? insertOf(dataSource, metadata, given.trim().split(' ').map(Number));
  known.set(given, sql);
  return { sql, parameters };
}

function insertOf(dataSource: DataSource, metadata: EntityMetadata, places: readonly number[]): string {
  const { driver } = dataSource;
  const columns = places.flatMap((place) => metadata.columns[place] ?? []);
  const names = columns.map(({ databaseName }) => driver.escape(databaseName));
  const parameters = columns.map(({ databaseName }, index) => driver.createParameter(databaseName, index));
  return `INSERT INTO ${tableOf(dataSource, metadata)} (${names.join(', ')}) VALUES (${parameters.join(', ')})`;
}

/**
 * Updates rows by their primary key, each with values of its own, by one statement with one parameter; for `change`, or
 * `execute` alone. Every row has its key and the properties of the first; rows that the condition leaves out stay as they are.
 * Rows are best given in the order of their keys, in which others lock them, too.
 * @param shared the values that are the same for all rows
 * @throws TypeError as `insertRows` does
 */
export function updateRows<Entity extends ObjectLiteral>(
  { metadata, manager: { connection: dataSource } }: Repository<Entity>,
  rows: readonly Partial<Entity>[],
  { condition, matching = [], shared = {} }: UpdateOptions<Entity> = {},
): SqlStatement[] {
  const columns = bulkColumns(dataSource, metadata, rows);
  const common = sharedColumns(dataSource, metadata, shared);
  const isMatched = ({ isKey, column }: BulkColumn) => isKey || matching.includes(column.propertyName);
  const where = columns.filter(isMatched).map(({ name, given }) => `target.${name} = ${given}`);
  if (columns.filter(({ isKey }) => isKey).length < metadata.primaryColumns.length) {
    if (rows.length === 0) return [];
    throw new TypeError(`Rows of ${metadata.tableName} are updated by their primary key, which is missing.`);
  }
  if (condition) where.push(`(${condition.sql})`);
  const sql = UPDATES[dialectOf(dataSource)]({
    table: tableOf(dataSource, metadata),
    given: bulkTable(dialectOf(dataSource), columns),
    changed: [...columns.filter((column) => !isMatched(column)), ...common.columns],
    where: where.join(' AND '),
  });
  return statements(dataSource, sql, bulkRows(dataSource, columns, rows), {
    ...condition?.parameters,
    ...common.parameters,
  });
}

interface UpdateParts {
  readonly table: string;
  readonly given: string;
  readonly changed: readonly BulkColumn[];
  readonly where: string;
}

function updateFrom({ table, given, changed, where }: UpdateParts): string {
  const changes = changed.map((column) => `${column.name} = ${column.given}`).join(', ');
  return `UPDATE ${table} AS target SET ${changes} FROM ${given} WHERE ${where}`;
}

/** Row by row as they are given, each found by its key: of a small table the optimizer would read, and so lock, every row. */
function updateJoined({ table, given, changed, where }: UpdateParts): string {
  const changes = changed.map((column) => `target.${column.name} = ${column.given}`).join(', ');
  return `UPDATE ${given} STRAIGHT_JOIN ${table} AS target FORCE INDEX (PRIMARY) SET ${changes} WHERE ${where}`;
}

const UPDATES: Readonly<Record<Dialect, (parts: UpdateParts) => string>> = {
  sqlite: updateFrom,
  postgres: updateFrom,
  mysql: updateJoined,
};

/** Returns the name of an entity's table, escaped. */
export function tableOf({ driver }: DataSource, { tablePath }: EntityMetadata): string {
  return tablePath
    .split('.')
    .map((name) => driver.escape(name))
    .join('.');
}

/**
 * Prepares a statement that runs at every message, such as `… WHERE id = :id`: to build one by TypeORM costs more than to run it.
 * `id IN (:...ids)` takes a list, which is one parameter.
 * @returns makes it with a value for each name, as the database takes it: dates in epoch milliseconds
 */
export function preparedStatement(
  dataSource: DataSource,
  sql: string,
): (values: Readonly<Record<string, unknown>>) => Required<SqlStatement> {
  const { driver } = dataSource;
  const dialect = dialectOf(dataSource);
  const escape: (sql: string, parameters: ObjectLiteral, native: ObjectLiteral) => [string, unknown[]] =
    driver.escapeQueryWithParameters.bind(driver);
  const whole = sql.replaceAll(/IN \(:\.\.\.(\w+)\)/g, (_, name: string) => IN_LIST[dialect](`:${name}`));
  const named = Object.fromEntries(Array.from(whole.matchAll(/:(\w+)/g), ([, name]) => [name, name]));
  const [escaped, names] = escape(whole, named, {});
  const given = (value: unknown) => (dialect === 'sqlite' && Array.isArray(value) ? JSON.stringify(value) : value);
  return (values) => ({ sql: escaped, parameters: names.map((name) => given(values[String(name)]) ?? null) });
}

const IN_LIST: Readonly<Record<Dialect, (list: string) => string>> = {
  sqlite: (list) => `IN (SELECT value FROM json_each(${list}))`,
  postgres: (list) => `= ANY(${list})`,
  // The driver writes a list as one.
  mysql: (list) => `IN (${list})`,
};

/** The columns of a `SELECT`, each under the name of its property. */
export function selectedColumns<Entity extends ObjectLiteral>(
  { metadata, manager: { connection } }: Repository<Entity>,
  properties: readonly (keyof Entity & string)[],
): string {
  const { driver } = connection;
  return properties
    .map((property) => {
      const column = metadata.findColumnWithPropertyName(property);
      if (!column) throw new TypeError(`${metadata.name} has no column of the name ${property}.`);
      return `${driver.escape(column.databaseName)} AS ${driver.escape(property)}`;
    })
    .join(', ');
}

/** The same statement for each part of the rows, with the database's own placeholders. */
function statements(
  { driver }: DataSource,
  sql: string,
  parts: readonly string[],
  parameters: Readonly<Record<string, unknown>> = {},
): SqlStatement[] {
  // TypeORM 0.3 wants the third argument, 1.x ignores it.
  const escape: (sql: string, parameters: ObjectLiteral, native: ObjectLiteral) => [string, unknown[]] =
    driver.escapeQueryWithParameters.bind(driver);
  return parts.map((rows) => {
    const [escaped, values] = escape(sql, { ...parameters, given_rows: rows }, {});
    return { sql: escaped, parameters: values };
  });
}
