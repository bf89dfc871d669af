import 'reflect-metadata';
import type { DataSource, Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { execute } from '../../lib/store/run-in-transaction.js';
import { insertRows, preparedStatement, selectedColumns, tableOf, updateRows } from '../../lib/store/json-rows.js';
import { describeEachDatabase, describeOn, type FreshDatabase } from '../support/databases.js';
import { ParcelEntity, parcelDatabase, ShelfEntity } from './parcel-database.js';

describeEachDatabase('rows updated by JSON', (database) => {
  let fresh: FreshDatabase;
  let dataSource: DataSource;
  let repository: Repository<ParcelEntity>;
  let shelves: Repository<ShelfEntity>;

  beforeAll(async () => {
    fresh = await database.createEmpty();
    dataSource = await parcelDatabase(fresh);
    repository = dataSource.getRepository(ParcelEntity);
    shelves = dataSource.getRepository(ShelfEntity);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await fresh.drop();
  });
  beforeEach(async () => {
    await repository.clear();
    await shelves.clear();
  });

  it('are those that exist and meet the condition, counted even where nothing changes', async () => {
    await execute(
      dataSource,
      insertRows(
        repository,
        ['open', 'open', 'shut', 'open'].map((label, index) => ({ id: index + 1, label, order: index })),
      ),
    );
    const updates = updateRows(
      repository,
      [1, 2, 3, 99].map((id) => ({ id, order: id === 1 ? 0 : id * 10, sentAt: new Date(id) })),
      {
        condition: {
          sql: 'label IN (:...open) OR label = :other',
          parameters: { open: ['open', 'ajar'], other: 'wide' },
        },
      },
    );
    expect(await execute(dataSource, updates)).toBe(2);
    expect(await execute(dataSource, updates)).toBe(2); // matched, though nothing changes
    expect(await repository.find({ order: { id: 'ASC' } })).toMatchObject([
      { id: 1, order: 0, sentAt: new Date(1) },
      { id: 2, order: 20, sentAt: new Date(2) },
      { id: 3, order: 2, sentAt: null },
      { id: 4, order: 3, sentAt: null },
    ]);
  });

  it('are those that have what is to match, which stays as it is', async () => {
    const rows = [1, 2, 3].map((id) => ({ id, order: id * 10, label: 'open' }));
    await execute(dataSource, insertRows(repository, rows));
    const given = [
      { id: 1, order: 10, note: 'one' },
      { id: 2, order: 99, note: 'two' },
    ];
    const updates = updateRows(repository, given, { matching: ['order'] });
    expect(await execute(dataSource, updates)).toBe(1);
    expect(await repository.find({ order: { id: 'ASC' } })).toMatchObject([
      { id: 1, order: 10, note: 'one' },
      { id: 2, order: 20, note: null },
      { id: 3, order: 30, note: null },
    ]);
  });

  it('are read, too, by a statement that takes a list and is built once', async () => {
    const rows = [1, 2, 3].map((id) => ({ id, order: id, label: `label ${id}` }));
    await execute(dataSource, insertRows(repository, rows));
    const columns = selectedColumns(repository, ['label', 'order']);
    const table = tableOf(dataSource, repository.metadata);
    const sql = `SELECT ${columns} FROM ${table} WHERE id IN (:...ids) AND label <> :label ORDER BY id`;
    const labelled = preparedStatement(dataSource, sql);
    const read = async (ids: readonly number[]) => {
      const { sql: prepared, parameters } = labelled({ ids, label: 'label 2' });
      const found: unknown = await dataSource.query(prepared, [...parameters]);
      return found;
    };
    expect(await read([1, 2, 3])).toMatchObject([
      { label: 'label 1', order: 1 },
      { label: 'label 3', order: 3 },
    ]);
    expect(await read([3])).toMatchObject([{ label: 'label 3' }]);
  });

  it('get what they have in common, of every type', async () => {
    const rows = [1, 2].map((id) => ({ id, order: id }));
    const when = new Date(1_700_000_000_123);
    await execute(dataSource, insertRows(repository, rows, { label: 'Ñ 🎉', sentAt: when, note: null }));
    expect(await repository.find({ order: { id: 'ASC' } })).toMatchObject(
      rows.map((row) => ({ ...row, label: 'Ñ 🎉', sentAt: when, note: null })),
    );
    const shared = { label: 'open', sentAt: null, note: 'x', order: 7 };
    expect(await execute(dataSource, updateRows(repository, [{ id: 2 }], { shared }))).toBe(1);
    expect(await repository.findOneByOrFail({ id: 2 })).toMatchObject(shared);
    expect(await repository.findOneByOrFail({ id: 1 })).toMatchObject({ label: 'Ñ 🎉', sentAt: when });
  });

  it('are found by keys of several columns, and of text', async () => {
    const houses = ['north', 'Ñorth 🎉'].flatMap((house) => ['a', 'b'].map((code) => ({ house, code, parcels: 0 })));
    await execute(dataSource, insertRows(shelves, houses));
    const updates = updateRows(shelves, [
      { parcels: 1, house: 'Ñorth 🎉', code: 'a' },
      { parcels: 2, house: 'north', code: 'b' },
      { parcels: 3, house: 'south', code: 'b' },
    ]);
    expect(await execute(dataSource, updates)).toBe(2);
    expect(await shelves.find({ order: { parcels: 'ASC' } })).toMatchObject([
      { parcels: 0 },
      { parcels: 0 },
      { house: 'Ñorth 🎉', code: 'a', parcels: 1 },
      { house: 'north', code: 'b', parcels: 2 },
    ]);
  });
});

describeOn('mariadb', 'a row updated by JSON', (database) => {
  it('waits for no other row of a small table that someone has locked', async () => {
    const fresh = await database.createEmpty();
    const dataSource = await parcelDatabase(fresh);
    const repository = dataSource.getRepository(ParcelEntity);
    await execute(dataSource, insertRows(repository, [{ id: 1 }, { id: 2 }], { label: 'open' }));
    await dataSource.query('ANALYZE TABLE parcels');
    const other = dataSource.createQueryRunner();
    try {
      await other.startTransaction();
      await other.query('SELECT * FROM parcels WHERE id = 1 FOR UPDATE');
      expect(await execute(dataSource, updateRows(repository, [{ id: 2, label: 'shut' }]))).toBe(1);
      await other.rollbackTransaction();
    } finally {
      await other.release();
      await dataSource.destroy();
      await fresh.drop();
    }
  });
});
