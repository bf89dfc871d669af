import { setTimeout } from 'node:timers/promises';
import { makeTables } from './make-tables.js';
import type { FreshDatabase } from './test-database.js';

/**
 * Ends a database's connections, removes every row except those of `migrations`, and restarts its ids.
 * @returns a text that differs after any change of the schema; undefined if a new database is cheaper, or a client is still connected
 */
export type EmptyDatabase = (url: string) => Promise<string | undefined>;

/** Milliseconds that closed connections take to end at the server, at most. */
const CLOSING_MS = 500;

/**
 * Returns whether all clients have left a database, or leave it at once. One that stays, such as an app that a test did not close, would
 * connect again and write among the next test's rows.
 */
export async function isLeftAlone(isAlone: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + CLOSING_MS;
  while (!(await isAlone())) {
    if (performance.now() > deadline) return false;
    await setTimeout(20);
  }
  return true;
}

interface ReusedDatabase extends FreshDatabase {
  readonly schema: string | undefined;
}

/**
 * Databases with the module's tables. A dropped one is emptied and handed out again, unless a test changed its schema:
 * making the tables takes a server longer than most tests take.
 */
export class ReusedDatabases {
  readonly #free: ReusedDatabase[] = [];

  constructor(
    private readonly createEmpty: () => Promise<FreshDatabase>,
    private readonly empty: EmptyDatabase,
  ) {}

  async create(): Promise<FreshDatabase> {
    const database = this.#free.pop() ?? (await this.#make());
    let dropped: Promise<void> | undefined;
    return { ...database, drop: () => (dropped ??= this.#takeBack(database)) };
  }

  async #make(): Promise<ReusedDatabase> {
    const fresh = await this.createEmpty();
    await makeTables(fresh.options);
    return { ...fresh, schema: await this.empty(fresh.url) };
  }

  async #takeBack(database: ReusedDatabase): Promise<void> {
    const schema = await this.empty(database.url);
    if (schema !== undefined && schema === database.schema) this.#free.push(database);
    else await database.drop();
  }
}
