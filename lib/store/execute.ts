import type { DataSource } from 'typeorm';
import { runInTransaction, run } from './run-in-transaction.js';
import { dialectOf } from './dialect.js';
import { retryOnDeadlock } from './retry-on-deadlock.js';
import { change, type SqlStatement } from './statement.js';

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
