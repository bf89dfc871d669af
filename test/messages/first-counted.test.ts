import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BusinessAccountEntity } from '../../lib/accounts/business-account.entity.js';
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
  portfolio,
} from './messaging-limits-scene.js';

const NUMBER = '813400';
const OTHER_NUMBER = '813401';
const START = Date.UTC(2026, 10, 21, 12);

const sent = (phoneNumberId: string, recipientPhone: string, ago: number, type = 'template') => ({
  phoneNumberId,
  recipientPhone,
  type,
  sentAt: at(START - ago),
});

describeEachDatabase('the limits of a portfolio that is first counted', (database) => {
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
    await rows.addAccount({ businessAccountId: 'a-1', ownerBusinessId: 'b-1', phoneNumberId: NUMBER });
    await rows.addAccount({ businessAccountId: 'a-2', ownerBusinessId: 'b-1', phoneNumberId: OTHER_NUMBER });
    await rows.addAccount({ businessAccountId: 'a-3', ownerBusinessId: null, phoneNumberId: '813402' });
    await rows.addMessages([
      sent(NUMBER, '1', HOUR_MS),
      sent(NUMBER, '1', HOUR_MS + 1),
      sent(OTHER_NUMBER, '2', DAY_MS - HOUR_MS),
      sent(OTHER_NUMBER, '10', DAY_MS - 1),
      sent(OTHER_NUMBER, '3', DAY_MS),
      sent(NUMBER, '4', 1_000, 'text'),
      sent('813402', '5', 1_000),
      { phoneNumberId: NUMBER, recipientPhone: '6', status: 'failed' },
    ]);
  });
  afterEach(() => void vi.restoreAllMocks());

  const allowed = async (limit: number, recipients: readonly string[]) =>
    [...(await limits.reserve(portfolio(limit), NUMBER, recipients)).allowed].toSorted();

  it('begins with those who were sent a template in the last 24 hours', async () => {
    expect(await limits.usage(portfolio(9))).toEqual({ limit: 9, used: 3, remaining: 6 });
    expect(await allowed(4, ['7', '8', '1'])).toEqual(['1', '7']);
    expect(await rows.entries()).toEqual({
      1: START - HOUR_MS,
      10: START - DAY_MS + 1,
      2: START - DAY_MS + HOUR_MS,
      7: START,
    });
    expect(await limits.usage(portfolio(4))).toEqual({ limit: 4, used: 4, remaining: 0 });
  });

  it.each([
    ['needed', () => limits.neededOf(portfolio(9), NUMBER, ['1', '2', '3']), 1],
    ['waited for', () => limits.estimateDelay(portfolio(3), 1), 1],
    ['counted', () => limits.count(portfolio(9), ['8'], at(START)), undefined],
  ])('begins so also when the first thing is what is %s', async (_, first, answer) => {
    expect(await first()).toBe(answer);
    expect(Object.keys(await rows.entries())).toEqual(expect.arrayContaining(['1', '2']));
    expect(await rows.limits()).toMatchObject([{ portfolioId: 'business:b-1', countedSince: at(START) }]);
  });

  it('is that of the account alone while no one knows who owns it', async () => {
    const accounts = dataSource.getRepository(BusinessAccountEntity);
    const account = await accounts.findOneByOrFail({ businessAccountId: 'a-3' });
    const own = limits.portfolioOf({ messagingLimit: 'TIER_2', account });
    expect(own).toMatchObject({ id: 'account:a-3', tier: 'TIER_2', limit: 2 });
    expect(await limits.usage(own)).toEqual({ limit: 2, used: 1, remaining: 1 });
    expect(inSets(await limits.reserve(own, '813402', ['1', '2']))).toEqual([['1'], ['1'], []]);
  });

  it('is that of all accounts of the business once Meta reports who owns them', async () => {
    const accounts = dataSource.getRepository(BusinessAccountEntity);
    for (const account of await accounts.findBy({ ownerBusinessId: 'b-1' })) {
      const shared = limits.portfolioOf({ messagingLimit: 'TIER_2K', account });
      expect(shared).toMatchObject({ id: 'business:b-1', limit: 2_000 });
      expect(await limits.usage(shared)).toMatchObject({ used: 3 });
    }
  });

  it('goes on from an entering that ended before the messages were taken over', async () => {
    await dataSource.query(`INSERT INTO whatsapp_budgets (portfolio_id, counted_since) VALUES ('business:b-1', 0)`);
    expect(await limits.usage(portfolio(9))).toMatchObject({ used: 3 });
    await limits.reserve(portfolio(9), NUMBER, ['7']);
    expect(await limits.usage(portfolio(9))).toMatchObject({ used: 4 });
  });

  describe('without a limit', () => {
    it('allows everything and enters no one', async () => {
      const grant = await limits.reserve(portfolio(null), NUMBER, ['7', '8']);
      expect(inSets(grant)).toEqual([['7', '8'], [], []]);
      expect(grant.freesAt).toBeNull();
      await limits.count(portfolio(null), ['7'], at(START));
      await limits.release(portfolio(null), ['8'], grant);
      expect([await rows.entries(), await rows.limits()]).toEqual([{}, []]);
      expect(await limits.estimateDelay(portfolio(null), 1_000_000)).toBe(0);
    });

    it('returns the people of the messages', async () => {
      expect(await limits.usage(portfolio(null))).toEqual({ limit: null, used: 3, remaining: null });
      expect(await limits.neededOf(portfolio(null), NUMBER, ['1', '7'])).toBe(2);
    });

    it('begins afresh when there is a limit again, forgetting neither those sent to since nor those entered before', async () => {
      await limits.reserve(portfolio(9), NUMBER, ['7', '8']);
      clock.now += 1_000;
      await limits.reserve(portfolio(null), NUMBER, ['9']);
      expect(await rows.limits()).toEqual([]);
      await rows.addMessages([sent(NUMBER, '9', -1_500), sent(NUMBER, '8', -1_600)]);
      clock.now += 1_000;
      await limits.reserve(portfolio(9), NUMBER, ['1']);
      expect(await rows.entries()).toEqual({
        // They were entered the first time, and now once more.
        1: START - HOUR_MS + 1,
        2: START - DAY_MS + HOUR_MS + 1,
        7: START,
        8: START + 1_600,
        9: START + 1_500,
      });
    });

    it('does not look for what to give up at every send', async () => {
      await limits.reserve(portfolio(null), NUMBER, ['1']);
      const statements = vi.spyOn(dataSource.logger, 'logQuery').mockImplementation(() => undefined);
      await limits.reserve(portfolio(null), NUMBER, ['2']);
      await limits.count(portfolio(null), ['2'], at(START));
      expect(statements).not.toHaveBeenCalled();
      pretendLater(20 * MINUTE_MS);
      await expect
        .poll(async () => {
          await limits.count(portfolio(null), ['2'], at(START));
          return statements.mock.calls.length;
        })
        .toBeGreaterThan(0);
    });
  });
});
