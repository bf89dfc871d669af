import { types } from 'node:util';
import { type DataSource, QueryFailedError } from 'typeorm';
import { isError } from '../foreign-errors.js';
import { type SqliteConnection, transactionEnd } from './shared-sqlite.js';
import { abandon, type Statement, type StatementResult, type Statements } from './statement.js';

/** better-sqlite3's own. */
const DEFAULT_BUSY_TIMEOUT_MS = 5_000;

/** Runs statements in one synchronous transaction on the data source's connection; see `atomically`. */
export async function atomicallyOnSqlite<Result>(
  dataSource: DataSource,
  body: () => Statements<Result>,
): Promise<Result> {
  const connection: SqliteConnection = await dataSource.createQueryRunner().connect();
  // Once more after each wait: another transaction may have begun in between.
  while (connection.inTransaction) await transactionEnd(connection, busyTimeoutOf(dataSource));
  return connection.transaction(() => runAll(dataSource, connection, body())).immediate();
}

/** Milliseconds that the host has a statement wait for a database that is in use. */
export function busyTimeoutOf({ options }: DataSource): number {
  return ('timeout' in options ? options.timeout : undefined) ?? DEFAULT_BUSY_TIMEOUT_MS;
}

function runAll<Result>(dataSource: DataSource, connection: SqliteConnection, statements: Statements<Result>): Result {
  let step = statements.next();
  while (!step.done) {
    step = statements.next(attempt(dataSource, connection, statements, step.value));
  }
  return step.value;
}

function attempt(
  { logger }: DataSource,
  connection: SqliteConnection,
  statements: Statements<unknown>,
  { kind, sql, parameters }: Statement,
): StatementResult {
  const values = parameters.map(bindable);
  logger.logQuery(sql, values);
  try {
    const query = connection.prepare(sql);
    if (kind === 'change' && !query.reader) return { rows: [], affected: query.run(...values).changes };
    const rows = query.all(...values);
    return { rows, affected: rows.length };
  } catch (error) {
    const cause = isError(error) ? error : new Error(String(error));
    logger.logQueryError(cause, sql, values);
    return abandon(statements, new QueryFailedError(sql, values, cause));
  }
}

/** The value as TypeORM binds it, where better-sqlite3 refuses it as it is. */
function bindable(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (types.isDate(value)) return value.toISOString().slice(0, -1).replace('T', ' ');
  return value;
}
