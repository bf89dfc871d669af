import { types } from 'node:util';
import type { LRUCache } from 'lru-cache';
import { type DataSource, type QueryRunner, QueryFailedError } from 'typeorm';
import { dialectOf } from './dialect.js';
import { retryOnDeadlock } from './retry.js';
import {
  type Statements,
  abandon,
  type Statement,
  type StatementResult,
  change,
  type SqlStatement,
} from './statement.js';
import { isError } from '../foreign-errors.js';
import { boundedCache } from '../bounded-cache.js';
import { type SqliteConnection, type SqliteStatement, transactionEnd } from './shared-sqlite.js';

/**
 * Runs statements that must run together: all of them count, or none. The body is a generator that hands them over
 * by `yield* select(…)` and `yield* change(…)`, so that it is written once for all databases:
 *
 * - servers run it in a transaction of its own connection (READ COMMITTED). A deadlock or a serialization failure rolls
 *   it back and **runs the body again** from its start, so it must not touch anything but its own variables;
 * - SQLite, where all queries of a data source share one connection, runs it whole in one synchronous transaction:
 *   nothing of other callers slips in between. Keep it short: the process does nothing else meanwhile. Called while
 *   someone else's asynchronous transaction is open on the same data source, it becomes part of that.
 *
 * An error thrown in the body rolls back and is passed on. A statement that fails throws inside the body, which may
 * translate the error but not go on: the transaction is lost.
 *
 * @example
 * const released = await atomically(dataSource, function* () {
 *   const rows = yield* select<{ id: number }>(expired.orderBy('message.id'), { lock: true, numbers: ['id'] });
 *   return yield* change(messages.createQueryBuilder().update().set({ status }).whereInIds(rows.map(({ id }) => id)));
 * });
 */
export async function runInTransaction<Result>(
  dataSource: DataSource,
  body: () => Statements<Result>,
): Promise<Result> {
  if (dialectOf(dataSource) === 'sqlite') return atomicallyOnSqlite(dataSource, body);
  return retryOnDeadlock(() => atomicallyOnServer(dataSource, body));
}

/** Milliseconds after which Postgres ends the transaction of a process that hangs, so that its locks are free. */
const LONGEST_PAUSE_MS = 8_000;

/** How a transaction begins, READ COMMITTED; on Postgres by one trip to the server. */
const START = {
  postgres: [
    `START TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = ${LONGEST_PAUSE_MS}`,
  ],
  mysql: ['SET TRANSACTION ISOLATION LEVEL READ COMMITTED', 'START TRANSACTION'],
  sqlite: [],
} as const;

/** Runs statements in one transaction on a connection of its own; see `runInTransaction`. */
async function atomicallyOnServer<Result>(dataSource: DataSource, body: () => Statements<Result>): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    return await inTransaction(runner, START[dialectOf(dataSource)], body);
  } finally {
    await runner.release();
  }
}

async function inTransaction<Result>(
  runner: QueryRunner,
  start: readonly string[],
  body: () => Statements<Result>,
): Promise<Result> {
  try {
    for (const statement of start) await runner.query(statement);
    const result = await runAll(runner, body());
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    // Where not even this works the connection is gone, and the transaction with it: the first error says why.
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function runAll<Result>(runner: QueryRunner, statements: Statements<Result>): Promise<Result> {
  let step = statements.next();
  while (!step.done) {
    const result = await run(runner, step.value).catch((error: unknown) => abandon(statements, error));
    step = statements.next(result);
  }
  return step.value;
}

/** Runs one statement on the runner's connection. */
async function run(runner: QueryRunner, statement: Statement): Promise<StatementResult> {
  const sql = statement.kind === 'select' && statement.lock ? `${statement.sql} FOR UPDATE` : statement.sql;
  const { records, affected } = await runner.query(sql, [...statement.parameters], true);
  return { rows: records, affected: affected ?? 0 };
}

/** better-sqlite3's own. */
const DEFAULT_BUSY_TIMEOUT_MS = 5_000;

/** Runs statements in one synchronous transaction on the data source's connection; see `runInTransaction`. */
async function atomicallyOnSqlite<Result>(dataSource: DataSource, body: () => Statements<Result>): Promise<Result> {
  const connection: SqliteConnection = await dataSource.createQueryRunner().connect();
  // Once more after each wait: another transaction may have begun in between.
  while (connection.inTransaction) await transactionEnd(connection, busyTimeoutOf(dataSource));
  return connection.transaction(() => runAllSynchronously(dataSource, connection, body())).immediate();
}

/** Milliseconds that the host has a statement wait for a database that is in use. */
export function busyTimeoutOf({ options }: DataSource): number {
  return ('timeout' in options ? options.timeout : undefined) ?? DEFAULT_BUSY_TIMEOUT_MS;
}

function runAllSynchronously<Result>(
  dataSource: DataSource,
  connection: SqliteConnection,
  statements: Statements<Result>,
): Result {
  let step = statements.next();
  while (!step.done) {
    step = statements.next(attempt(dataSource, connection, statements, step.value));
  }
  return step.value;
}

/** Statements that are prepared of each connection, the ones used last. */
const prepared = new WeakMap<SqliteConnection, LRUCache<string, SqliteStatement>>();

const MOST_PREPARED = 200;

function prepare(connection: SqliteConnection, sql: string): SqliteStatement {
  const known = prepared.get(connection) ?? boundedCache<string, SqliteStatement>(MOST_PREPARED);
  prepared.set(connection, known);
  const statement = known.get(sql) ?? connection.prepare(sql);
  known.set(sql, statement);
  return statement;
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
    const query = prepare(connection, sql);
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

/**
 * Runs statements that need no others with them: all count, or none. A single one needs no transaction of its own.
 * @returns how many rows they changed, counted as `change` does
 */
export async function execute(dataSource: DataSource, statements: readonly SqlStatement[]): Promise<number> {
  const [single, ...more] = statements;
  if (!single) return 0;
  if (more.length > 0 || dialectOf(dataSource) === 'sqlite')
    return runInTransaction(dataSource, () => change(statements));
  return retryOnDeadlock(async () => {
    const runner = dataSource.createQueryRunner();
    try {
      const { affected } = await run(runner, { kind: 'change', sql: single.sql, parameters: single.parameters ?? [] });
      return affected;
    } finally {
      await runner.release();
    }
  });
}
