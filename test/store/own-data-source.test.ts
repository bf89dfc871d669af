import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { DataSource, EntityManager, type EntitySubscriberInterface, type QueryRunner, Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runInTransaction } from '../../lib/store/run-in-transaction.js';
import { InstallationEntity } from '../../lib/store/installation.entity.js';
import { OwnDataSource } from '../../lib/store/own-data-source.js';
import { RowIds } from '../../lib/store/row-ids.js';
import { SequenceEntity } from '../../lib/store/sequence.entity.js';
import { change } from '../../lib/store/statement.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { migratedDatabase } from './open-database.js';

/** The transaction that the host's calls are in. */
const transactions = new AsyncLocalStorage<QueryRunner>();

/** Every way in which hosts have been seen to make TypeORM follow their calls; whatever the data source. */
function patchTypeOrm(): void {
  patch(DataSource.prototype, 'createQueryRunner', (original, dataSource, parameters) => {
    return transactions.getStore() ?? Reflect.apply(original, dataSource, parameters);
  });
  patch(DataSource.prototype, 'query', (original, dataSource, [sql, values]) =>
    Reflect.apply(original, dataSource, [sql, values, transactions.getStore()]),
  );
  for (const name of ['find', 'findOneBy', 'insert', 'update', 'delete', 'createQueryBuilder', 'getRepository']) {
    patch(EntityManager.prototype, name, (original, manager, parameters) =>
      Reflect.apply(original, transactions.getStore()?.manager ?? manager, parameters),
    );
  }
  const managers = new WeakMap<object, EntityManager>();
  for (const { prototype } of [Repository, DataSource]) {
    Object.defineProperty(prototype, 'manager', {
      configurable: true,
      get(this: object) {
        return transactions.getStore()?.manager ?? managers.get(this);
      },
      set(this: object, manager: EntityManager) {
        managers.set(this, manager);
      },
    });
  }
}

type Method = (...parameters: unknown[]) => unknown;

function patch(
  prototype: object,
  name: string,
  patched: (original: Method, owner: object, parameters: unknown[]) => unknown,
): void {
  const original: Method = Reflect.get(prototype, name);
  Reflect.set(prototype, name, function (this: object, ...parameters: unknown[]) {
    return patched(original, this, parameters);
  });
}

const seenBySubscriber: unknown[] = [];

/** Of the host's own tables, it believes. */
class Audit implements EntitySubscriberInterface {
  beforeInsert(event: object): never {
    seenBySubscriber.push(event);
    throw new Error('Only the tables of the host are audited.');
  }
}

const requests = new AsyncLocalStorage<string>();

patchTypeOrm();

describeEachDatabase("the module's own data source", (database) => {
  let fresh: FreshDatabase;
  let host: DataSource;
  let own: OwnDataSource;
  let runner: QueryRunner;

  beforeAll(async () => {
    fresh = await database.create();
    // SQLite waits for a transaction of the host's for no longer than this.
    host = await migratedDatabase(fresh, Object.assign({ subscribers: [Audit], poolSize: 2 }, { timeout: 100 }));
    own = await OwnDataSource.open(host, [SequenceEntity, InstallationEntity]);
    await host.query('CREATE TABLE orders (id integer PRIMARY KEY)');
  });
  afterAll(async () => {
    await own.onApplicationShutdown();
    await host.destroy();
    await fresh.drop();
  });
  beforeEach(() => own.getRepository(SequenceEntity).clear());

  const names = async () => {
    const rows = await own.getRepository(SequenceEntity).find({ order: { name: 'ASC' } });
    return rows.map(({ name }) => name);
  };

  /** Runs in a transaction of the host's that rolls back. */
  async function inTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    runner = host.createQueryRunner();
    await runner.startTransaction();
    await runner.query('INSERT INTO orders (id) VALUES (1)');
    try {
      return await transactions.run(runner, work);
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  }

  /** Each way in which the module writes. */
  const writes: [string, () => Promise<unknown>][] = [
    ['a repository', () => own.getRepository(SequenceEntity).insert({ name: 'one', nextId: 1 })],
    [
      'a query builder',
      () =>
        own.getRepository(SequenceEntity).createQueryBuilder().insert().values({ name: 'one', nextId: 1 }).execute(),
    ],
    ['a raw statement', () => own.query("INSERT INTO whatsapp_sequences (name, next_id) VALUES ('one', 1)")],
    [
      'a transaction',
      () =>
        runInTransaction(own, () =>
          change(own.getRepository(SequenceEntity).createQueryBuilder().insert().values({ name: 'one', nextId: 1 })),
        ),
    ],
    ['an allocation of row ids', () => new RowIds(own.getRepository(SequenceEntity)).next()],
  ];

  describe.each(writes)('with %s', (_, write) => {
    const writtenInTransaction = () =>
      inTransaction(async () => {
        await write();
        return names();
      });

    it.runIf(database.kind !== 'sqlite')('writes what a transaction of the host cannot roll back', async () => {
      expect(await writtenInTransaction()).toHaveLength(1);
      expect(await names()).toHaveLength(1);
      expect(await host.query('SELECT * FROM orders')).toEqual([]);
    });

    it.runIf(database.kind === 'sqlite')('writes nothing that the host could roll back', async () => {
      await expect(writtenInTransaction()).rejects.toMatchObject({ code: 'TRANSACTION_OPEN' });
      expect(await names()).toEqual([]);
    });

    it('is not seen by the subscribers of the host', async () => {
      await write();
      expect(await names()).toHaveLength(1);
      expect(seenBySubscriber).toEqual([]);
    });
  });

  it('has statements logged in the context of who called', async () => {
    const logged: string[] = [];
    const spy = vi
      .spyOn(host.logger, 'logQuery')
      .mockImplementation((sql) => void logged.push(`${requests.getStore()}: ${sql}`));
    await requests.run('a request', () => own.getRepository(SequenceEntity).findOneBy({ name: 'none' }));
    spy.mockRestore();
    expect(logged).toEqual([expect.stringMatching(/^a request: SELECT/)]);
  });

  it('gets along with a single connection', async () => {
    const single = await OwnDataSource.open(host, [SequenceEntity, InstallationEntity], 1);
    const rowIds = new RowIds(single.getRepository(SequenceEntity));
    const insert = (name: string) =>
      runInTransaction(single, () =>
        change(single.getRepository(SequenceEntity).createQueryBuilder().insert().values({ name, nextId: 1 })),
      );
    await Promise.all([rowIds.take(10), ...['one', 'two', 'three'].map(insert), rowIds.take(10)]);
    expect(await single.getRepository(SequenceEntity).count()).toBe(4);
    await single.onApplicationShutdown();
  });

  it('reads within a transaction of the host', async () => {
    await own.getRepository(SequenceEntity).insert({ name: 'one', nextId: 1 });
    expect(await inTransaction(names)).toEqual(['one']);
  });

  describe.runIf(database.kind === 'sqlite')('where it shares the connection', () => {
    it('waits for the end of a transaction, and loses nothing with it', async () => {
      const writing: Promise<unknown>[] = [];
      await inTransaction(async () => {
        writing.push(...writes.slice(0, 1).map(([, write]) => write()));
        // The host's own statements go on meanwhile.
        for (let id = 2; id < 20; id += 1) await runner.query(`INSERT INTO orders (id) VALUES (${id})`);
      });
      await Promise.all(writing);
      expect(await names()).toEqual(['one']);
    });

    it('leaves the connection open, and as it was set up', async () => {
      await host.query('PRAGMA foreign_keys = OFF');
      const another = await OwnDataSource.open(host, [SequenceEntity]);
      expect(await another.getRepository(SequenceEntity).count()).toBe(0);
      await another.destroy();
      expect(await host.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 0 }]);
      await host.query('PRAGMA foreign_keys = ON');
    });
  });
});
