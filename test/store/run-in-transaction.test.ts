import 'reflect-metadata';
import { type DataSource, In, type Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runInTransaction } from '../../lib/store/run-in-transaction.js';
import { SequenceEntity } from '../../lib/store/sequence.entity.js';
import { change, select } from '../../lib/store/statement.js';
import { isUniqueViolation } from '../../lib/store/driver-errors.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { migratedDatabase } from './open-database.js';

interface Sequence {
  name: string;
  nextId: number;
}

/** Few: Postgres looks for deadlocks after a second. */
const ROUNDS = 10;

class Refusal extends Error {}

describeEachDatabase('statements run atomically', (database) => {
  let fresh: FreshDatabase;
  let dataSource: DataSource;
  let sequences: Repository<SequenceEntity>;

  beforeAll(async () => {
    fresh = await database.create();
    dataSource = await migratedDatabase(fresh);
    sequences = dataSource.getRepository(SequenceEntity);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await fresh.drop();
  });
  beforeEach(() => sequences.clear());

  const read = (names: string[]) =>
    sequences
      .createQueryBuilder('sequence')
      .select('sequence.name', 'name')
      .addSelect('sequence.nextId', 'nextId')
      .where({ name: In(names) })
      .orderBy('sequence.name');
  const insert = (name: string, nextId = 1) => sequences.createQueryBuilder().insert().values({ name, nextId });
  const setTo = (nextId: number, ...names: string[]) =>
    sequences
      .createQueryBuilder()
      .update()
      .set({ nextId })
      .where({ name: In(names) });
  const remove = (...names: string[]) =>
    sequences
      .createQueryBuilder()
      .delete()
      .where({ name: In(names) });

  function* increase(name: string, by = 1) {
    const rows = yield* select<Sequence>(read([name]), { lock: true, numbers: ['nextId'] });
    for (const { nextId } of rows) yield* change(setTo(nextId + by, name));
  }

  async function stored(): Promise<Record<string, number>> {
    const rows = await sequences.find({ order: { name: 'ASC' } });
    return Object.fromEntries(rows.map(({ name, nextId }) => [name, nextId]));
  }

  it('count all together, and hand out what the body returns', async () => {
    const names = await runInTransaction(dataSource, function* () {
      yield* change(insert('one'));
      yield* change(insert('two', 2));
      const rows = yield* select<{ name: string }>(read(['one', 'two']));
      return rows.map(({ name }) => name);
    });
    expect(names).toEqual(['one', 'two']);
    expect(await stored()).toEqual({ one: 1, two: 2 });
  });

  it.each([2 ** 31 + 7, 2 ** 53 - 1])(
    'read the 64-bit integer %d, and what is computed of it, as numbers',
    async (nextId) => {
      await sequences.insert({ name: 'one', nextId });
      const rows = await runInTransaction(dataSource, function* () {
        const computed = read(['one'])
          .addSelect('SUM(sequence.nextId)', 'sum')
          .addSelect('MIN(NULL)', 'nothing')
          .groupBy('sequence.name');
        return yield* select<Sequence & { sum: number; nothing: number | null }>(computed, {
          numbers: ['nextId', 'sum', 'nothing'],
        });
      });
      expect(rows).toEqual([{ name: 'one', nextId, sum: nextId, nothing: null }]);
    },
  );

  it('tell how many rows they inserted, matched and deleted', async () => {
    const counts = await runInTransaction(dataSource, function* () {
      return [
        yield* change(insert('one')),
        yield* change(insert('two')),
        yield* change(setTo(5, 'one', 'two', 'three')),
        yield* change(setTo(5, 'one', 'two')), // matched, though nothing changes
        yield* change(setTo(5, 'three')),
        yield* change(remove('one', 'two', 'three')),
      ];
    });
    expect(counts).toEqual([1, 1, 2, 2, 0, 2]);
  });

  it('may be raw, and several at once', async () => {
    const [first, second] = database.kind === 'postgres' ? ['$1', '$2'] : ['?', '?'];
    const sql = `INSERT INTO whatsapp_sequences (name, next_id) VALUES (${first}, ${second})`;
    const counts = await runInTransaction(dataSource, function* () {
      return [
        yield* change(sql, ['one', 1]),
        yield* change([
          { sql, parameters: ['two', 2] },
          { sql, parameters: ['three', 3] },
        ]),
        yield* change([]),
        yield* change('UPDATE whatsapp_sequences SET next_id = next_id + 1'),
      ];
    });
    expect(counts).toEqual([1, 2, 0, 3]);
    expect(await stored()).toEqual({ one: 2, three: 4, two: 3 });
  });

  it('leave nothing behind when the body throws, and its error is passed on', async () => {
    await sequences.insert({ name: 'old', nextId: 1 });
    const refusal = new Refusal();
    const attempt = runInTransaction(dataSource, function* () {
      yield* change(insert('one'));
      yield* change(setTo(9, 'old'));
      yield* change(remove('one'));
      throw refusal;
    });
    await expect(attempt).rejects.toBe(refusal);
    expect(await stored()).toEqual({ old: 1 });
  });

  it('leave nothing behind when one of them fails, and its error reports what the database said', async () => {
    const attempt = runInTransaction(dataSource, function* () {
      yield* change(insert('one'));
      yield* change(insert('one'));
    });
    await expect(attempt).rejects.toSatisfy(isUniqueViolation);
    expect(await stored()).toEqual({});
  });

  it('that fail may throw an error of the body', async () => {
    const attempt = runInTransaction(dataSource, function* () {
      yield* change(insert('one'));
      try {
        yield* change(insert('one'));
      } catch (error) {
        if (isUniqueViolation(error)) throw new Refusal('taken');
      }
    });
    await expect(attempt).rejects.toThrow(Refusal);
    expect(await stored()).toEqual({});
  });

  it.each(['returns', 'goes on'])('count for nothing when the body %s after one that failed', async (then) => {
    const attempt = runInTransaction(dataSource, function* () {
      yield* change(insert('one'));
      try {
        yield* change(insert('one'));
      } catch {
        if (then === 'goes on') yield* change(insert('two'));
      }
    });
    await expect(attempt).rejects.toSatisfy(isUniqueViolation);
    expect(await stored()).toEqual({});
  });

  it('release their connection, whatever became of them', async () => {
    for (let round = 0; round < 25; round += 1) {
      const attempt = runInTransaction(dataSource, function* () {
        yield* change(insert('one'));
        throw new Refusal();
      });
      await expect(attempt).rejects.toThrow(Refusal);
    }
    await runInTransaction(dataSource, () => change(insert('one')));
    expect(await stored()).toEqual({ one: 1 });
  });

  it('neither swallow nor lose what others write at the same time', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `together-${index}`);
    const results = await Promise.allSettled(
      names.flatMap((name, index) => [
        runInTransaction(dataSource, function* () {
          yield* change(insert(name));
          if (index === 50) throw new Refusal();
          yield* change(insert(`${name}-too`));
        }),
        sequences.insert({ name: `${name}-alone`, nextId: 1 }),
      ]),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    const expected = names.flatMap((name, index) => [`${name}-alone`, ...(index === 50 ? [] : [name, `${name}-too`])]);
    expect(new Set(Object.keys(await stored()))).toEqual(new Set(expected));
  });

  it('that lock what they read do not overwrite each other', async () => {
    await sequences.insert({ name: 'one', nextId: 0 });
    await Promise.all(Array.from({ length: 50 }, () => runInTransaction(dataSource, () => increase('one'))));
    expect(await stored()).toEqual({ one: 50 });
  });

  describe.each(database.kind === 'sqlite' ? [] : ['that lock rows in opposite orders'])('%s', () => {
    it('are tried again until all are through', async () => {
      await sequences.insert([
        { name: 'one', nextId: 0 },
        { name: 'two', nextId: 0 },
      ]);
      let begun = 0;
      let done = 0;
      const move = (from: string, to: string) =>
        runInTransaction(dataSource, function* () {
          begun += 1;
          yield* increase(from, -1);
          yield* increase(to);
        });
      // Until there was a deadlock, which no order of events can rule out for long.
      while (done < ROUNDS || begun === done) {
        await Promise.all([move('one', 'two'), move('two', 'one')]);
        done += 2;
        expect(await stored()).toEqual({ one: 0, two: 0 });
      }
      expect(begun).toBeGreaterThan(done);
    });
  });

  describe.each(database.kind === 'sqlite' ? ['with values that the driver refuses'] : [])('%s', () => {
    it('bind them as TypeORM does', async () => {
      const moment = new Date('2026-11-01T04:05:06.007Z');
      const rows = await runInTransaction(dataSource, () =>
        select<object>({
          sql: 'SELECT ? AS yes, ? AS no, ? AS missing, ? AS moment',
          parameters: [true, false, undefined, moment],
        }),
      );
      expect(rows).toEqual([{ yes: 1, no: 0, missing: null, moment: '2026-11-01 04:05:06.007' }]);
    });
  });
});
