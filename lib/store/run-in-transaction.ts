import type { DataSource } from 'typeorm';
import { dialectOf } from './dialect.js';
import { retryOnDeadlock } from './retry-on-deadlock.js';
import { atomicallyOnServer } from './server-transaction.js';
import { atomicallyOnSqlite } from './sqlite-transaction.js';
import type { Statements } from './statement.js';

/**
 * Runs statements that must stand together: all of them count, or none. The body is a generator that hands them over
 * by `yield* select(…)` and `yield* change(…)`, so that it is written once for all databases:
 *
 * - servers run it in a transaction of its own connection (READ COMMITTED). A deadlock or a serialization failure rolls
 *   it back and **runs the body again** from its start, so it must not touch anything but its own variables;
 * - SQLite, where all queries of a data source share one connection, runs it whole in one synchronous transaction:
 *   nothing of other callers slips in between. Keep it short: the process does nothing else meanwhile. Called while
 *   somebody else's asynchronous transaction is open on the same data source, it becomes part of that.
 *
 * An error thrown in the body rolls back and is passed on. A statement that fails throws inside the body, which may
 * translate the error but not go on: the transaction is lost.
 *
 * @example
 * const released = await atomically(dataSource, function* () {
 *   const rows = yield* select<{ id: number }>(lapsed.orderBy('message.id'), { lock: true, numbers: ['id'] });
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
