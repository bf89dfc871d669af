import type { DataSource, QueryRunner } from 'typeorm';
import { dialectOf } from './dialect.js';
import { abandon, type Statement, type StatementResult, type Statements } from './statement.js';

/** Milliseconds after which Postgres ends the transaction of a process that stands still, so that its locks are free. */
const LONGEST_PAUSE_MS = 8_000;

/** Two settings by one trip to the server. */
const POSTGRES_SETTINGS = `SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = ${LONGEST_PAUSE_MS}`;

/** Runs statements in one transaction on a connection of its own; see `atomically`. */
export async function atomicallyOnServer<Result>(
  dataSource: DataSource,
  body: () => Statements<Result>,
): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    if (dialectOf(dataSource) === 'postgres') {
      await runner.startTransaction();
      await runner.query(POSTGRES_SETTINGS);
    } else {
      await runner.startTransaction('READ COMMITTED');
    }
    const result = await runAll(runner, body());
    await runner.commitTransaction();
    return result;
  } catch (error) {
    // Where not even this works the connection is gone, and the transaction with it: the first error says why.
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
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
export async function run(runner: QueryRunner, statement: Statement): Promise<StatementResult> {
  const sql = statement.kind === 'select' && statement.lock ? `${statement.sql} FOR UPDATE` : statement.sql;
  const { records, affected } = await runner.query(sql, [...statement.parameters], true);
  return { rows: records, affected: affected ?? 0 };
}
