import { describe } from 'vitest';
import { mariadbDatabase } from './databases/mariadb.js';
import { postgresDatabase } from './databases/postgres.js';
import { sqlite } from './databases/sqlite.js';
import type { DatabaseKind, TestDatabase } from './databases/test-database.js';
import { describeNotRun } from './services/not-run.js';
import { requestService } from './services/request-service.js';

export type { DatabaseKind, FreshDatabase, TestDatabase } from './databases/test-database.js';

// Importing this file is what starts the servers, once for the whole run.
const [postgres, mariadb] = await Promise.all([requestService('postgres'), requestService('mariadb')]);

/** Every kind of database the module supports, SQLite first, whether this machine has it or not. */
export const databases: readonly TestDatabase[] = [sqlite, postgresDatabase(postgres), mariadbDatabase(mariadb)];

/**
 * Describes a suite once for each kind of database. Where one is missing, the run's end reports how many tests that cost.
 * The body must not be asynchronous.
 *
 * @example
 * describeEachDatabase('ContactsRepository', (database) => {
 *   let fresh: FreshDatabase;
 *   beforeAll(async () => { fresh = await database.create(); });
 *   afterAll(() => fresh.drop());
 * });
 */
export function describeEachDatabase(name: string, body: (database: TestDatabase) => void): void {
  for (const database of databases) describeOn(database.kind, name, body);
}

/**
 * The same on one of them: on SQLite for rules that depend on no SQL of their own, on a server for what several processes do together.
 */
export function describeOn(kind: DatabaseKind, name: string, body: (database: TestDatabase) => void): void {
  for (const database of databases) {
    if (database.kind !== kind) continue;
    const register = database.available || kind === 'sqlite' ? describe : describeNotRun(kind);
    register(`${name} on ${database.title}`, () => {
      body(database);
    });
  }
}
