import { toUSVString } from 'node:util';
import type { DataSource, EntityMetadata, ObjectLiteral } from 'typeorm';
import { type Dialect, dialectOf } from './dialect.js';

type Column = EntityMetadata['columns'][number];

/** A column whose values are given in JSON. */
export interface BulkColumn {
  readonly column: Column;
  readonly isKey: boolean;
  /** Its name in the table, escaped. */
  readonly name: string;
  /** Its place in the JSON of a row; short, for it is repeated in every row. */
  readonly place: string;
  /** How SQL speaks of the value given for it. */
  readonly given: string;
  /** The type that the value is read as; the table's own column then checks its length and range. */
  readonly type: string;
}

/**
 * Characters of JSON in one statement. Each takes up to three bytes on the way to MySQL, escapes included,
 * and a server takes 16 MB at once by default.
 */
const LARGEST_PART = 4 * 1024 * 1024;

const INTEGERS: ReadonlySet<string> = new Set(['boolean', 'tinyint', 'smallint', 'mediumint', 'int', 'bigint']);
const FLOATS: ReadonlySet<string> = new Set(['float', 'double']);

const TYPES: Readonly<Record<Dialect, (normalized: string) => string>> = {
  sqlite: () => '',
  postgres: (normalized) => normalized,
  mysql: (normalized) => {
    if (INTEGERS.has(normalized)) return 'BIGINT';
    if (FLOATS.has(normalized)) return 'DOUBLE';
    // Without a collation of their own, values could not be compared with columns of another.
    return 'LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
  },
};

const TABLES: Readonly<Record<Dialect, (columns: readonly BulkColumn[]) => string>> = {
  sqlite: (columns) => {
    const values = columns.map(({ place }) => `json_extract(value, '$.${place}') AS ${place}`);
    return `(SELECT ${values.join(', ')} FROM json_each(:given_rows)) AS given`;
  },
  postgres: (columns) => {
    const types = columns.map(({ place, type }) => `${place} ${type}`);
    return `json_to_recordset(CAST(:given_rows AS json)) AS given(${types.join(', ')})`;
  },
  mysql: (columns) => {
    // Otherwise a value that does not fit would become null.
    const paths = columns.map(({ place, type }) => `${place} ${type} PATH '$.${place}' ERROR ON ERROR`);
    return `JSON_TABLE(:given_rows, '$[*]' COLUMNS (${paths.join(', ')})) AS given`;
  },
};

/** The columns that the first row has values for. */
export function bulkColumns(
  dataSource: DataSource,
  metadata: EntityMetadata,
  [first]: readonly ObjectLiteral[],
): BulkColumn[] {
  return Object.keys(first ?? {}).map((property, index) => {
    const column = metadata.findColumnWithPropertyName(property);
    if (!column) throw new TypeError(`${metadata.name} has no column of the name ${property}.`);
    const place = `c${index}`;
    return {
      column,
      isKey: column.isPrimary,
      name: dataSource.driver.escape(column.databaseName),
      place,
      given: `given.${place}`,
      type: TYPES[dialectOf(dataSource)](dataSource.driver.normalizeType(column)),
    };
  });
}

/** Columns in which all rows get the same value: a parameter each, instead of a repetition in every row. */
export function sharedColumns(
  dataSource: DataSource,
  metadata: EntityMetadata,
  shared: ObjectLiteral,
): { readonly columns: BulkColumn[]; readonly parameters: Record<string, unknown> } {
  const parameters: Record<string, unknown> = {};
  const columns = bulkColumns(dataSource, metadata, [shared]).map((given, index): BulkColumn => {
    const parameter = `shared_${index}`;
    parameters[parameter] = bulkValue(dataSource, given.column, shared);
    // Postgres takes a parameter in a list of columns for a text.
    const isTyped = dialectOf(dataSource) === 'postgres';
    return { ...given, given: isTyped ? `CAST(:${parameter} AS ${given.type})` : `:${parameter}` };
  });
  return { columns, parameters };
}

/** SQL of a table `given` that has a row for each one in the parameter `given_rows`. */
export const bulkTable = (dialect: Dialect, columns: readonly BulkColumn[]): string => TABLES[dialect](columns);

/** The rows in JSON, in parts that are small enough for one statement each. */
export function bulkRows(
  dataSource: DataSource,
  columns: readonly BulkColumn[],
  rows: readonly ObjectLiteral[],
): string[] {
  const parts: string[][] = [];
  let size = Infinity;
  for (const row of rows) {
    const json = bulkRow(dataSource, columns, row);
    size += json.length;
    if (size > LARGEST_PART) {
      parts.push([]);
      size = json.length;
    }
    parts.at(-1)?.push(json);
  }
  return parts.map((part) => `[${part.join(',')}]`);
}

function bulkRow(dataSource: DataSource, columns: readonly BulkColumn[], row: ObjectLiteral): string {
  if (Object.keys(row).length !== columns.length || !columns.every(({ column }) => column.propertyName in row)) {
    throw new TypeError('Rows written by one statement must have the same properties.');
  }
  const values: Record<string, boolean | number | string> = {};
  for (const { column, place } of columns) {
    const value = bulkValue(dataSource, column, row);
    if (value !== null) values[place] = value; // what is missing is read as null
  }
  return JSON.stringify(values);
}

/** The value as TypeORM would store it. */
function bulkValue(dataSource: DataSource, column: Column, row: ObjectLiteral): boolean | number | string | null {
  const value: unknown = dataSource.driver.preparePersistentValue(column.getEntityValue(row), column);
  switch (typeof value) {
    case 'undefined':
      return null;
    case 'number':
      return value;
    case 'boolean':
      return dialectOf(dataSource) === 'postgres' ? value : Number(value);
    case 'string':
      // Half of an emoji, from a text cut too short, would make the JSON of all rows invalid.
      return toUSVString(value);
    default:
      if (value === null) return null;
      throw new TypeError(`${column.propertyName} cannot be written in JSON.`);
  }
}
