import { whatsappEntities } from '../../lib/whatsapp.entities.js';
import { OwnDataSource } from '../../lib/store/own-data-source.js';
import type { SqliteConnection, SqliteStatement } from '../../lib/store/shared-sqlite.js';
import { whatsappMigrations } from '../../lib/store/whatsapp.migrations.js';
import {
  DataSource,
  type EntityTarget,
  type ObjectLiteral,
  QueryFailedError,
  type QueryRunner,
  type Repository,
} from 'typeorm';

/** The way from one virtual process to the database. */
export interface DatabaseLink {
  /** One statement by itself: once it is on its way, its process may die, and it is done all the same. */
  statement<Result>(sql: string, run: () => Promise<Result>): Promise<Result>;
  /** A transaction: all of it, or none where its process dies before. */
  transaction<Result>(run: () => Result): Promise<Result>;
}

/** The connection broke: as the drivers of servers say it. */
export function brokenConnection(sql: string): QueryFailedError {
  return new QueryFailedError(sql, [], Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' }));
}

/** One database, shared by all virtual processes of a run; the same one, emptied, serves the next run. */
export class SimulatedDatabase {
  readonly #tables: readonly string[];
  #restore: () => void = () => {};

  private constructor(private readonly connection: SqliteConnection) {
    this.#tables = this.all<{ name: string }>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'whatsapp\\_%' ESCAPE '\\'",
    ).map(({ name }) => name);
  }

  /** A new one, with the module's tables. */
  static async create(): Promise<SimulatedDatabase> {
    const host = new DataSource({ type: 'better-sqlite3', database: ':memory:', migrations: [...whatsappMigrations] });
    await host.initialize();
    await host.runMigrations();
    const database = new SimulatedDatabase(await host.createQueryRunner().connect());
    for (const sql of NOTE_DOUBTS) database.#execute(sql);
    return database;
  }

  /** A process's door to it, through a link that may break. */
  async open(link: DatabaseLink): Promise<OwnDataSource> {
    const connection = new LinkedConnection(this.connection, link);
    const options = {
      type: 'better-sqlite3' as const,
      database: ':memory:',
      // In the place of better-sqlite3's class, which TypeORM makes its connection by.
      driver: function Database() {
        return connection;
      },
      statementCacheSize: 1_000,
      entities: [...whatsappEntities],
    };
    const dataSource = new LinkedDataSource(options, link);
    await dataSource.initialize();
    return dataSource;
  }

  /** What is in the tables now is what `restore` brings back. */
  keep(): void {
    this.#execute("ATTACH ':memory:' AS kept");
    const filled = this.#tables.filter((table) => this.all(`SELECT 1 FROM ${table} LIMIT 1`).length > 0);
    for (const table of filled) this.#execute(`CREATE TABLE kept.${table} AS SELECT * FROM main.${table}`);
    // What refers to other rows goes first, and comes last.
    const statements = [
      ...this.#tables.toReversed().map((table) => `DELETE FROM main.${table}`),
      ...filled.map((table) => `INSERT INTO main.${table} SELECT * FROM kept.${table}`),
      'DELETE FROM sqlite_sequence',
      'DELETE FROM doubts',
    ].map((sql) => this.connection.prepare(sql));
    const restoring = this.connection.transaction(() => {
      for (const statement of statements) statement.run();
    });
    this.#restore = () => restoring.immediate();
  }

  restore(): void {
    this.#restore();
  }

  /** Reads past all links, for whoever judges a run. */
  all<Row extends object>(sql: string): Row[] {
    const rows: unknown = this.connection.prepare(sql).all();
    return isListOf<Row>(rows) ? rows : [];
  }

  /** The attempts of messages that have ever failed because their outcome was unknown. */
  doubts(): { readonly message: number; readonly attempt: number }[] {
    return this.all('SELECT message, attempt FROM doubts');
  }

  #execute(sql: string): void {
    this.connection.prepare(sql).run();
  }
}

const NOTE_DOUBTS = [
  'CREATE TEMP TABLE doubts (message INTEGER, attempt INTEGER)',
  'CREATE TEMP TRIGGER note_doubt AFTER UPDATE ON main.whatsapp_messages ' +
    "WHEN NEW.status = 'failed' AND NEW.error_code = 'OUTCOME_UNKNOWN' " +
    'BEGIN INSERT INTO doubts VALUES (NEW.id, NEW.attempt); END',
];

/** The columns are those that the caller names in the statement. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
const isListOf = <Row>(rows: unknown): rows is Row[] => Array.isArray(rows);

/** The shared connection, as one process sees it. */
class LinkedConnection {
  readonly inTransaction = false;

  constructor(
    private readonly connection: SqliteConnection,
    private readonly link: DatabaseLink,
  ) {}

  prepare(sql: string): SqliteStatement {
    return this.connection.prepare(sql);
  }

  /** Who runs one returns what it gets from an asynchronous function, so that this may be a promise. */
  transaction<Result>(work: () => Result): { immediate(): Promise<Result> } {
    const transaction = this.connection.transaction(work);
    return { immediate: () => this.link.transaction(() => transaction.immediate()) };
  }

  pragma(): unknown {
    return [];
  }

  exec(): void {}

  close(): void {}
}

class LinkedDataSource extends OwnDataSource {
  readonly #linked = new WeakSet<QueryRunner>();

  constructor(
    options: ConstructorParameters<typeof OwnDataSource>[0],
    private readonly link: DatabaseLink,
  ) {
    super(options);
  }

  /** No host is around it whose transactions must be kept out, which costs as much as a query. */
  override getRepository<Entity extends ObjectLiteral>(target: EntityTarget<Entity>): Repository<Entity> {
    return this.manager.getRepository(target);
  }

  override createQueryRunner(): QueryRunner {
    const runner = super.createQueryRunner();
    if (!this.link || this.#linked.has(runner)) return runner;
    this.#linked.add(runner);
    const query = runner.query.bind(runner);
    Object.assign(runner, {
      query: (sql: string, ...others: [parameters?: unknown[]]) =>
        this.link.statement(sql, () => query(sql, ...others)),
    });
    return runner;
  }
}
