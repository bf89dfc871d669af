import 'reflect-metadata';
import * as fc from 'fast-check';
import { type DataSource, QueryFailedError, type Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runInTransaction, execute } from '../../lib/store/run-in-transaction.js';
import { insertRows, updateRows } from '../../lib/store/json-rows.js';
import { change } from '../../lib/store/statement.js';
import { isUniqueViolation } from '../../lib/store/driver-errors.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { ParcelEntity, parcelDatabase } from './parcel-database.js';
import { anyCharacter } from '../any-character.js';

const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: anyCharacter, maxLength }).map((value) => value.replaceAll('\0', '')),
    fc.constantFrom(
      '',
      ' ',
      "'",
      '"',
      '\\',
      '\\"',
      '\n\r\t',
      '123456789012345',
      '1e3',
      'null',
      'true',
      '🎉👩‍🚀',
      ':given_rows ? $1',
    ),
  );

const parcels = fc.array(
  fc.record({
    label: fc.option(text(60)),
    note: fc.option(text(500)),
    content: fc.option(fc.dictionary(text(10), fc.jsonValue({ noUnicodeString: false }))),
    sentAt: fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') })),
    weight: fc.option(fc.maxSafeInteger()),
    order: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    isOpen: fc.option(fc.boolean()),
  }),
  { minLength: 1, maxLength: 12 },
);

const FIRST_ID = 2 ** 40;

const withIds = <Row extends object>(rows: readonly Row[], first = FIRST_ID): (Row & { id: number })[] =>
  rows.map((row, index) => ({ ...row, id: first + index }));

describeEachDatabase('rows written as JSON', (database) => {
  let fresh: FreshDatabase;
  let dataSource: DataSource;
  let repository: Repository<ParcelEntity>;

  beforeAll(async () => {
    fresh = await database.createEmpty();
    dataSource = await parcelDatabase(fresh);
    repository = dataSource.getRepository(ParcelEntity);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await fresh.drop();
  });
  beforeEach(() => repository.clear());

  const insert = (rows: readonly Partial<ParcelEntity>[]) => execute(dataSource, insertRows(repository, rows));
  const stored = () => repository.find({ order: { id: 'ASC' } });

  /** The rows as the database has them. */
  async function raw(): Promise<object[]> {
    const rows: object[] = await repository.createQueryBuilder('parcel').orderBy('parcel.id').getRawMany();
    return rows;
  }

  it('are stored as TypeORM stores them', async () => {
    await fc.assert(
      fc.asyncProperty(parcels, async (rows) => {
        await repository.clear();
        expect(await insert(withIds(rows))).toBe(rows.length);
        const written = await raw();
        await repository.clear();
        for (const row of withIds(rows)) await repository.insert(row);
        expect(written).toEqual(await raw());
      }),
      { numRuns: 40 },
    );
  });

  it('are updated to what TypeORM would store', async () => {
    await fc.assert(
      fc.asyncProperty(parcels, async (rows) => {
        await repository.clear();
        await insert(rows.map((_, index) => ({ id: FIRST_ID + index, label: 'before' })));
        expect(await execute(dataSource, updateRows(repository, withIds(rows)))).toBe(rows.length);
        const written = await raw();
        await repository.clear();
        for (const row of withIds(rows)) await repository.insert(row);
        expect(written).toEqual(await raw());
      }),
      { numRuns: 40 },
    );
  });

  it('are read back as they were given', async () => {
    const row = {
      id: 2 ** 53 - 1,
      label: 'Ünïcode 🎉 "quoted" \\ \'n\'\nline',
      note: '123456789012345',
      content: { text: '', list: [1, { deep: null }], flag: false },
      sentAt: new Date('2026-11-01T04:15:16.789Z'),
      weight: -(2 ** 33),
      order: 0,
      isOpen: false,
    };
    await insert([row]);
    expect(await stored()).toEqual([row]);
  });

  it('leave columns that they do not have at their default, and undefined is null', async () => {
    await insert([
      { id: 1, label: undefined },
      { id: 2, label: 'two' },
    ]);
    expect(await stored()).toMatchObject([
      { id: 1, label: null, order: 7, content: null },
      { id: 2, label: 'two', order: 7, content: null },
    ]);
  });

  it('may be none', async () => {
    expect(await insert([])).toBe(0);
    expect(await execute(dataSource, updateRows(repository, []))).toBe(0);
  });

  it('may be many', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => ({ id: index + 1, label: `parcel ${index}`, order: 1 }));
    expect(await insert(rows)).toBe(20_000);
    expect(await repository.countBy({ order: 1 })).toBe(20_000);
  });

  it('that half an emoji ends do not spoil the others', async () => {
    await insert([
      { id: 1, label: '🎉'.slice(0, 1), content: { text: '🎉'.slice(0, 1) } },
      { id: 2, label: '🎉', content: { text: '🎉' } },
    ]);
    expect(await stored()).toMatchObject([
      { id: 1, label: '\ufffd' },
      { id: 2, label: '🎉', content: { text: '🎉' } },
    ]);
  });

  describe('of more megabytes than a server takes at once', () => {
    const note = 'Grüße an "Ana" 🎉\n'.repeat(600);
    const large = Array.from({ length: 1_000 }, (_, index) => ({ id: index + 1, note }));

    it('are written by several statements', async () => {
      expect(insertRows(repository, large).length).toBeGreaterThan(1);
      expect(await insert(large)).toBe(1_000);
      expect(await repository.findOneByOrFail({ id: 1_000 })).toMatchObject({ note });
      const updates = updateRows(
        repository,
        large.map(({ id }) => ({ id, note: `${note}!` })),
      );
      expect(await execute(dataSource, updates)).toBe(1_000);
      expect(await repository.findOneByOrFail({ id: 1_000 })).toMatchObject({ note: `${note}!` });
    });

    it('are all written, or none', async () => {
      await repository.insert({ id: 1_000 });
      await expect(insert(large)).rejects.toSatisfy(isUniqueViolation);
      expect(await repository.count()).toBe(1);
    });
  });

  it('are refused when they differ in their properties, or have one that is no column', () => {
    const differing: Partial<ParcelEntity>[][] = [
      [{ id: 1, label: 'one' }, { id: 2 }],
      [{ id: 1 }, { id: 2, label: 'two' }],
      [
        { id: 1, label: 'one' },
        { id: 2, note: 'two' },
      ],
    ];
    for (const rows of differing) {
      expect(() => insertRows(repository, rows)).toThrow('the same properties');
    }
    const unknown = Object.assign({ id: 1 }, { colour: 'red' });
    expect(() => insertRows(repository, [unknown])).toThrow('no column of the name colour');
    expect(() => updateRows(repository, [{ label: 'one' }])).toThrow('primary key');
  });

  describe.each(database.kind === 'sqlite' ? [] : ['on a server that checks them'])('%s', () => {
    it.each([
      ['a text too long', { label: 'x'.repeat(65) }],
      ['a number too large', { order: 2 ** 31 }],
    ])('are refused with %s, not cut or emptied', async (_, wrong) => {
      await expect(insert([{ id: 1, label: 'one', order: 1, ...wrong }])).rejects.toThrow(QueryFailedError);
      await repository.insert({ id: 1, label: 'one' });
      const updates = updateRows(repository, [{ id: 1, ...wrong }]);
      await expect(execute(dataSource, updates)).rejects.toThrow(QueryFailedError);
      expect(await stored()).toMatchObject([{ id: 1, label: 'one', order: 7 }]);
    });
  });

  function* write() {
    const inserted = yield* change(insertRows(repository, [{ id: 1 }, { id: 2 }]));
    const updated = yield* change(updateRows(repository, [{ id: 2, label: 'two' }]));
    return [inserted, updated];
  }

  it('stand together with others when they run atomically', async () => {
    const attempt = runInTransaction(dataSource, function* () {
      yield* write();
      throw new Error('no');
    });
    await expect(attempt).rejects.toThrow('no');
    expect(await stored()).toEqual([]);
    expect(await runInTransaction(dataSource, write)).toEqual([2, 1]);
    expect(await stored()).toMatchObject([
      { id: 1, label: null },
      { id: 2, label: 'two' },
    ]);
  });

  it("go to the tables of a host's prefix and schema", async () => {
    const schema = database.kind === 'postgres' ? { schema: 'Post Office' } : {};
    if (database.kind === 'postgres') await dataSource.query('CREATE SCHEMA "Post Office"');
    const host = await parcelDatabase(fresh, { ...schema, entityPrefix: 'host_' });
    try {
      const hosted = host.getRepository(ParcelEntity);
      await execute(host, insertRows(hosted, [{ id: 1, order: 1 }]));
      await execute(host, updateRows(hosted, [{ id: 1, order: 2 }]));
      expect(await hosted.find()).toMatchObject([{ id: 1, order: 2 }]);
      expect(await repository.count()).toBe(0);
    } finally {
      await host.destroy();
    }
  });
});
