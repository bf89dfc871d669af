import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** Column definitions that mean the same on Postgres, MySQL/MariaDB and SQLite. */
export function portableColumns(runner: QueryRunner) {
  const { type } = runner.connection.options;
  const isMySql = type === 'mysql' || type === 'mariadb';
  // Capitals and accents count, as on the other two: Meta's ids differ by case alone.
  const text: Partial<TableColumnOptions> = isMySql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};

  return {
    generatedId: (): TableColumnOptions => ({
      name: 'id',
      type: 'integer',
      isPrimary: true,
      isGenerated: true,
      generationStrategy: 'increment',
    }),
    integer: (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
      ...options,
      name,
      type: 'integer',
    }),
    bigint: (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
      ...options,
      name,
      type: 'bigint',
    }),
    boolean: (name: string): TableColumnOptions => ({ name, type: isMySql ? 'tinyint' : 'boolean' }),
    string: (name: string, length: number, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
      ...text,
      ...options,
      name,
      type: 'varchar',
      length: String(length),
    }),
    text: (name: string, options: Partial<TableColumnOptions> = {}): TableColumnOptions => ({
      ...text,
      ...options,
      name,
      type: 'text',
    }),
  };
}

/** Adds nullable columns by one statement each: `addColumns` would copy the whole table on SQLite. */
export async function addNullableColumns(
  runner: QueryRunner,
  table: string,
  columns: readonly TableColumnOptions[],
): Promise<void> {
  const { driver } = runner.connection;
  for (const { name, type, length, charset, collation } of columns) {
    const spelling = charset ? ` CHARACTER SET ${charset} COLLATE ${collation}` : '';
    const column = `${name} ${type}${length ? `(${length})` : ''}${spelling}`;
    await runner.query(`ALTER TABLE ${driver.escape(table)} ADD COLUMN ${column} NULL`);
  }
}

/** Drops what `addNullableColumns` added. */
export async function dropAddedColumns(
  runner: QueryRunner,
  table: string,
  columns: readonly TableColumnOptions[],
): Promise<void> {
  for (const { name } of columns) {
    await runner.query(`ALTER TABLE ${runner.connection.driver.escape(table)} DROP COLUMN ${name}`);
  }
}

export const nullable = { isNullable: true } as const;
export const primary = { isPrimary: true } as const;
