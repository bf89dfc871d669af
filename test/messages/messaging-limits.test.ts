import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { pretendLater } from '../accounts/pretend-later.js';
import { migratedDatabase } from '../store/open-database.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import {
  at,
  MessagingLimitsOfTest,
  BudgetRows,
  type Clock,
  DAY_MS,
  HOUR_MS,
  inSets,
  MINUTE_MS,
  people,
  portfolio,
} from './messaging-limits-scene.js';

const NUMBER = '813400';
const OTHER_NUMBER = '813401';
const START = Date.UTC(2026, 10, 21, 12);

describeEachDatabase('the recipient limits', (database) => {
  let fresh: FreshDatabase;
  let dataSource: DataSource;
  let rows: BudgetRows;
  let clock: Clock;
  let limits: MessagingLimitsOfTest;

  beforeAll(async () => {
    fresh = await database.create();
    dataSource = await migratedDatabase(fresh);
    rows = new BudgetRows(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await fresh.drop();
  });
  beforeEach(async () => {
    await rows.clear();
    clock = { now: START };
    limits = new MessagingLimitsOfTest(dataSource, clock);
  });
  afterEach(() => void vi.restoreAllMocks());

  const allowed = async (limit: number, recipients: readonly string[]) =>
    [...(await limits.reserve(portfolio(limit), NUMBER, recipients)).allowed].toSorted();

  describe('reserves', () => {
    it('places in order, as far as the limit goes', async () => {
      const grant = await limits.reserve(portfolio(3), NUMBER, ['5', '1', '5', '4', '2', '3']);
      expect(inSets(grant)).toEqual([['5', '1', '4'], ['5', '1', '4'], []]);
      expect(grant.freesAt).toEqual(at(START + DAY_MS));
      expect(await rows.entries()).toEqual({ 1: START, 4: START, 5: START });
    });

    it('nothing when no one is asked for', async () => {
      expect(inSets(await limits.reserve(portfolio(3), NUMBER, []))).toEqual([[], [], []]);
      expect(await rows.entries()).toEqual({});
    });

    it('no second place for someone who has one', async () => {
      await limits.reserve(portfolio(3), NUMBER, ['1', '2']);
      const grant = await limits.reserve(portfolio(3), OTHER_NUMBER, ['3', '2', '4', '1']);
      expect([...grant.allowed].toSorted()).toEqual(['1', '2', '3']);
      expect([...grant.reserved]).toEqual(['3']);
    });

    it('for each portfolio on its own', async () => {
      expect(await allowed(1, ['1', '2'])).toEqual(['1']);
      const other = await limits.reserve(portfolio(1, 'b-2'), OTHER_NUMBER, ['3', '2']);
      expect(inSets(other)).toEqual([['3'], ['3'], []]);
    });

    it('for hundreds of people by a handful of statements', async () => {
      await rows.addAccount({ businessAccountId: 'a-1', ownerBusinessId: 'b-1', phoneNumberId: NUMBER });
      await limits.reserve(portfolio(600), NUMBER, people(300));
      const statements: string[] = [];
      vi.spyOn(dataSource.logger, 'logQuery').mockImplementation((sql) => void statements.push(sql));
      const grant = await limits.reserve(portfolio(600), NUMBER, people(500, 200));
      expect([grant.allowed.size, grant.reserved.size]).toEqual([400, 300]);
      expect(statements.length).toBeGreaterThan(3);
      // One of them asks who the people are.
      expect(statements.length).toBeLessThanOrEqual(10);
    });
  });

  describe('frees a place', () => {
    it('24 hours after the last message, to the millisecond', async () => {
      await limits.reserve(portfolio(1), NUMBER, ['1']);
      clock.now += 3_000;
      await limits.count(portfolio(1), ['1'], at(clock.now));
      clock.now += DAY_MS - 1;
      expect(await limits.reserve(portfolio(1), NUMBER, ['2'])).toMatchObject({
        allowed: new Set(),
        freesAt: at(START + 3_000 + DAY_MS),
      });
      clock.now += 1;
      expect(await allowed(1, ['2'])).toEqual(['2']);
    });

    it('a day after the reservation, when no one ever reported the outcome', async () => {
      await limits.reserve(portfolio(1), NUMBER, ['1']);
      clock.now += DAY_MS - 1;
      expect(await allowed(1, ['2'])).toEqual([]);
      clock.now += 1;
      expect(await allowed(1, ['2'])).toEqual(['2']);
    });

    it('later when another message goes to the same person', async () => {
      await limits.count(portfolio(1), ['1'], at(START));
      await limits.count(portfolio(1), ['1'], at(START + 60_000));
      await limits.count(portfolio(1), ['1'], at(START + 30_000));
      clock.now = START + 60_000 + DAY_MS - 1;
      expect(await allowed(1, ['2'])).toEqual([]);
    });

    it('when as many have left as there are over a limit that was lowered', async () => {
      for (const recipient of people(5)) await limits.count(portfolio(9), [recipient], at((clock.now += 1_000)));
      const grant = await limits.reserve(portfolio(3), NUMBER, ['1', '2']);
      expect(grant).toMatchObject({ allowed: new Set(), freesAt: at(START + 3_000 + DAY_MS) });
      expect(await limits.usage(portfolio(3))).toEqual({ limit: 3, used: 5, remaining: 0 });
      clock.now = START + 3_000 + DAY_MS;
      expect(await allowed(3, ['1', '2'])).toEqual(['1']);
    });

    it('in time to say when, also where the limit is no one', async () => {
      expect((await limits.reserve(portfolio(0), NUMBER, ['1'])).freesAt).toEqual(at(START + DAY_MS));
    });
  });

  describe('takes back', () => {
    it('what was reserved for those to whom nothing was sent', async () => {
      const grant = await limits.reserve(portfolio(2), NUMBER, ['1', '2']);
      clock.now += 1_000;
      await limits.release(portfolio(2), ['1'], grant);
      expect(await rows.entries()).toEqual({ 2: START });
      expect(await allowed(2, ['3', '4'])).toEqual(['3']);
    });

    it('nothing of those who were counted since, whenever their message went out', async () => {
      const grant = await limits.reserve(portfolio(9), NUMBER, ['1', '2', '3', '4']);
      for (const [recipient, ms] of [
        ['1', -5],
        ['2', 0],
        ['3', 1],
      ] as const) {
        await limits.count(portfolio(9), [recipient], at(START + ms));
      }
      await limits.release(portfolio(9), ['1', '2', '3', '4'], grant);
      expect(Object.keys(await rows.entries())).toEqual(['1', '2', '3']);
    });

    it('nothing of those who counted before', async () => {
      await limits.count(portfolio(9), ['1'], at(START - HOUR_MS));
      const grant = await limits.reserve(portfolio(9), NUMBER, ['1', '2']);
      await limits.release(portfolio(9), ['1', '2'], grant);
      expect(await rows.entries()).toEqual({ 1: START - HOUR_MS });
    });

    it('no place on which another send has come to rely', async () => {
      const first = await limits.reserve(portfolio(9), NUMBER, ['1']);
      await limits.reserve(portfolio(9), OTHER_NUMBER, ['1']);
      await limits.release(portfolio(9), ['1'], first);
      expect(Object.keys(await rows.entries())).toEqual(['1']);
    });

    it('for more people than one statement asks for', async () => {
      const grant = await limits.reserve(portfolio(2_000), NUMBER, people(1_200));
      await limits.release(portfolio(2_000), people(1_200), grant);
      expect(await rows.entries()).toEqual({});
    });
  });

  it('keeps the place of someone who is to be sent to until they are', async () => {
    await limits.count(portfolio(1), ['1'], at(START));
    clock.now = START + DAY_MS - 1;
    expect(await allowed(1, ['1'])).toEqual(['1']);
    clock.now += 5 * MINUTE_MS;
    expect(await allowed(1, ['2'])).toEqual([]);
  });

  it('leaves the time alone of someone who has long been counted', async () => {
    await limits.count(portfolio(2), ['1'], at(START));
    clock.now = START + DAY_MS / 2;
    expect(await allowed(2, ['1', '2'])).toEqual(['1', '2']);
    expect(await rows.entries()).toEqual({ 1: START, 2: clock.now });
  });

  it('spends nothing on those inside the service window of the number', async () => {
    const inbound = { direction: 'inbound', type: 'text', createdAt: at(START - 60_000) } as const;
    await rows.addMessages([
      { ...inbound, phoneNumberId: NUMBER, recipientPhone: '1' },
      { ...inbound, phoneNumberId: NUMBER, recipientPhone: '3' },
      { ...inbound, phoneNumberId: OTHER_NUMBER, recipientPhone: '2' },
      // It closes before a message would be out.
      { ...inbound, phoneNumberId: NUMBER, recipientPhone: '4', createdAt: at(START - DAY_MS + MINUTE_MS) },
    ]);
    const recipients = ['1', '2', '3', '4'];
    expect(await limits.neededOf(portfolio(1), NUMBER, recipients)).toBe(2);
    const grant = await limits.reserve(portfolio(1), NUMBER, recipients);
    expect(inSets(grant).map((set) => set.toSorted())).toEqual([['1', '2', '3'], ['2'], ['1', '3']]);
    expect(await rows.entries()).toEqual({ 2: START });
    const free = await limits.reserve(portfolio(1), NUMBER, ['3']);
    expect(inSets(free)).toEqual([['3'], [], ['3']]);
    expect(free.freesAt).toBeNull();
  });

  it('tells what is used, what more would need, and how long that takes', async () => {
    await limits.count(portfolio(4), ['1'], at(START));
    await limits.count(portfolio(4), ['2'], at(START + 1_000));
    clock.now = START + 5_000;
    expect(await limits.usage(portfolio(4))).toEqual({ limit: 4, used: 2, remaining: 2 });
    expect(await limits.neededOf(portfolio(4), NUMBER, ['1', '3', '4', '3', '2'])).toBe(2);
    expect(await limits.neededOf(portfolio(4), NUMBER, people(1_200))).toBe(1_200);
    const waits = await Promise.all([2, 3, 4, 5, 7].map((needed) => limits.estimateDelay(portfolio(4), needed)));
    expect(waits).toEqual([0, DAY_MS - 5_000, DAY_MS - 4_000, DAY_MS, 2 * DAY_MS - 5_000]);
  });

  it('removes those who count no more, some at a time', async () => {
    await limits.count(portfolio(5_000), people(1_500), at(START));
    await limits.count(portfolio(5_000), ['1'], at(START + 1));
    clock.now = START + DAY_MS;
    const another = new MessagingLimitsOfTest(dataSource, clock);
    await another.reserve(portfolio(5_000), NUMBER, ['2']);
    expect(Object.keys(await rows.entries())).toHaveLength(502);
    pretendLater(MINUTE_MS);
    await another.count(portfolio(5_000), ['2'], at(clock.now + 1));
    expect(await rows.entries()).toEqual({ 1: START + 1, 2: clock.now + 1 });
  });

  it('works in tables that bear a prefix of the host', async () => {
    const prefixed = await database.createEmpty();
    const host = await migratedDatabase(prefixed, { entityPrefix: 'host_' });
    const own = new MessagingLimitsOfTest(host, clock);
    await own.reserve(portfolio(2), NUMBER, ['1', '2']);
    await own.count(portfolio(2), ['1'], at(START));
    expect(await own.usage(portfolio(2))).toEqual({ limit: 2, used: 2, remaining: 0 });
    await host.destroy();
    await prefixed.drop();
  });
});
