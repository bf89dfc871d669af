import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import type { OnApplicationShutdown, Type } from '@nestjs/common';
import {
  DataSource,
  type DataSourceOptions,
  type EntityTarget,
  type ObjectLiteral,
  type QueryRunner,
  Repository,
} from 'typeorm';
import { runOutside } from '../async-context.js';
import { dialectOf } from './dialect.js';
import { isQueryFailedError } from './driver-errors.js';
import {
  OpenTransactionError,
  SharedSqliteConnection,
  type SqliteConnection,
  transactionEnd,
} from './shared-sqlite.js';
import { busyTimeoutOf } from './run-in-transaction.js';

/** The caller's async context, for statements that are built outside it. */
const caller = new AsyncLocalStorage<AsyncResource>();

const READS = /^\s*SELECT\b/i;

/**
 * The module's door to its tables, open to nothing of the host's but the database itself: connections of its own, always to
 * the primary. A transaction of the host's is never around a statement of the module's, whatever the host has patched in
 * TypeORM so that its transactions follow its calls; and however many transactions the host has open, none of them keeps
 * the module from a connection.
 *
 * SQLite has one connection, which is shared: what the module writes waits there for the end of the host's transaction.
 */
export class OwnDataSource extends DataSource implements OnApplicationShutdown {
  readonly #repositories = new Map<unknown, unknown>();

  /**
   * Connects to the database of the host's data source.
   * @param poolSize most connections, where it shall be another number than the host's
   */
  static async open(host: DataSource, entities: readonly Type[], poolSize?: number): Promise<OwnDataSource> {
    const own = new OwnDataSource(await ownOptions(host, entities, poolSize));
    own.logger = host.logger;
    await own.initialize();
    keepErrorsHandled(own);
    return own;
  }

  constructor(options: DataSourceOptions) {
    super(options);
    // Own values, not those of a prototype that another package has patched.
    pin(this, 'manager', this.createEntityManager());
    pin(this.manager, 'queryRunner', undefined);
  }

  override createQueryRunner(): QueryRunner {
    const runner = this.driver.createQueryRunner('master');
    // On SQLite it is always the same one.
    if (Object.hasOwn(runner, 'query')) return runner;
    // Made for who asks for it: hardly a statement does, and each has a runner of its own.
    Object.defineProperty(runner, 'manager', {
      configurable: true,
      enumerable: true,
      get: () => pin(runner, 'manager', this.createEntityManager(runner)),
      set: (manager: unknown) => {
        pin(runner, 'manager', manager);
      },
    });
    const query = this.#queryOf(runner);
    pin(runner, 'query', (...statement: unknown[]) => {
      const context = caller.getStore();
      return context ? context.runInAsyncScope(query, undefined, statement) : query(statement);
    });
    if (dialectOf(this) === 'sqlite') pin(runner, 'startTransaction', refuseTransaction);
    return runner;
  }

  override async query<Result>(sql: string, parameters?: unknown[]): Promise<Result> {
    const runner = this.createQueryRunner();
    try {
      return await runner.query(sql, parameters);
    } finally {
      await runner.release();
    }
  }

  override getRepository<Entity extends ObjectLiteral>(target: EntityTarget<Entity>): Repository<Entity> {
    const known = this.#repositories.get(target);
    if (known instanceof Repository) return known;
    const repository = new Repository<Entity>(target, this.manager);
    pin(repository, 'manager', this.manager);
    pin(repository, 'queryRunner', undefined);
    const guarded = outsideTransactions(repository);
    this.#repositories.set(target, guarded);
    return guarded;
  }

  /** After the rest of the module: Nest ends the module that provides it last. */
  async onApplicationShutdown(): Promise<void> {
    if (this.isInitialized) await this.destroy();
  }

  #queryOf(runner: QueryRunner): (statement: unknown[]) => Promise<unknown> {
    const query = (statement: unknown[]): Promise<unknown> =>
      Reflect.apply(Object.getPrototypeOf(runner).query, runner, statement);
    if (dialectOf(this) !== 'sqlite') return query;
    return async (statement) => {
      if (READS.test(String(statement[0]))) return query(statement);
      const connection: SqliteConnection = await runner.connect();
      for (;;) {
        await transactionEnd(connection, busyTimeoutOf(this));
        try {
          return await query(statement);
        } catch (error) {
          // A transaction began since.
          if (!(isQueryFailedError(error) && error.driverError instanceof OpenTransactionError)) throw error;
        }
      }
    };
  }
}

/** On SQLite's single connection it would include the writes of every other caller; `Repository.save` and `remove` begin one. */
function refuseTransaction(): never {
  throw new Error('No transaction spans awaits on SQLite: use insert, update and delete, or atomically().');
}

interface Emitter {
  on(event: string, listener: (emitter: Emitter) => void): unknown;
}

const isEmitter = (value: unknown): value is Emitter =>
  typeof value === 'object' && value !== null && 'on' in value && typeof value.on === 'function';

/**
 * Between pg handing out a connection and TypeORM listening to it, nothing does: one that the server ends at that moment would
 * end the process. The caller that waits for its answer gets the error all the same.
 */
function keepErrorsHandled({ driver }: DataSource): void {
  const pool: unknown = 'master' in driver ? driver.master : undefined;
  if (!isEmitter(pool)) return;
  const known = new WeakSet<Emitter>();
  pool.on('acquire', (connection) => {
    if (known.has(connection)) return;
    known.add(connection);
    connection.on('error', () => {});
  });
}

/** Sets an own property, even if another package has put an accessor of that name on the prototype. */
function pin<Value>(target: object, name: string, value: Value): Value {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
  return value;
}

/** Methods of repositories that query nothing themselves: what they make queries in the context of whoever uses it. */
const BUILDERS: ReadonlySet<string | symbol> = new Set(['createQueryBuilder', 'create']);

/** Has all methods run outside the caller's async context, up to where they query. */
function outsideTransactions<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      if (BUILDERS.has(name)) {
        return (...parameters: unknown[]): unknown => runOutside(() => Reflect.apply(value, object, parameters));
      }
      return (...parameters: unknown[]): unknown => {
        // Not `AsyncLocalStorage.snapshot()`, which takes a hundred times as long on Node 20.
        const context = new AsyncResource('nestjs-whatsapp');
        return runOutside(() => caller.run(context, () => Reflect.apply(value, object, parameters)));
      };
    },
  });
}

/** What the host does with its own entities is not done again with the module's. */
const NOT_TAKEN_OVER = {
  migrations: [],
  subscribers: [],
  synchronize: false,
  migrationsRun: false,
  dropSchema: false,
  cache: false,
  isolationLevel: undefined,
  invalidWhereValuesBehavior: undefined,
};

async function ownOptions(host: DataSource, entities: readonly Type[], poolSize?: number): Promise<DataSourceOptions> {
  const options = Object.assign({}, host.options, NOT_TAKEN_OVER, { entities: [...entities] });
  if (dialectOf(host) === 'sqlite') {
    const shared = new SharedSqliteConnection(await host.createQueryRunner().connect());
    // In the place of better-sqlite3's class, which TypeORM makes its connection by.
    const driver = function Database() {
      return shared;
    };
    return Object.assign(options, { driver, key: undefined, prepareDatabase: undefined, enableWAL: false });
  }
  return Object.assign(options, primaryOf(host.options), poolSize === undefined ? {} : poolOf(host.options, poolSize));
}

/** With `replication`, the primary's address in the place of all others. */
function primaryOf(options: DataSourceOptions): object {
  const replication = 'replication' in options ? options.replication : undefined;
  if (!replication) return {};
  const none = { url: undefined, host: undefined, port: undefined, socketPath: undefined, ssl: undefined };
  const noCredentials = { username: undefined, password: undefined, database: undefined };
  return { ...none, ...noCredentials, ...replication.master, replication: undefined };
}

/** The drivers' own names of the limit, in `extra`, would win over TypeORM's. */
function poolOf({ extra }: DataSourceOptions, poolSize: number): object {
  const { max: _max, connectionLimit: _limit, ...others }: Record<string, unknown> = { ...extra };
  return { poolSize, extra: others };
}
