import { BudgetExceededError, MessagesService } from 'nestjs-whatsapp';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { RecipientRows } from '../../lib/bulk/accept/recipient-rows.js';
import { MessageRepository } from '../../lib/messages/message-repository.js';
import { Costs } from '../../lib/costs/costs.js';
import { BudgetEntity } from '../../lib/costs/budget.entity.js';
import { type BulkScene, phoneOf, recipientsOf } from '../bulk/bulk-scene.js';
import { welcome } from '../messages/template-inputs.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { CostsScene, pricedAs, rate } from './costs-scene.js';

const PRICE = '0.0618';

const COSTS = {
  rateCard: [
    rate('AR', 'marketing', PRICE),
    rate('AR', 'service', '0.026'),
    rate('Rest of Latin America', 'marketing', '0.074'),
  ],
};

/** What so many messages cost. */
const priceOf = (count: number): string => (count * 0.0618).toFixed(4);

describeEachDatabase('a budget', (database) => {
  let fresh: FreshDatabase;
  let costs: CostsScene;
  let scene: BulkScene;

  beforeAll(async () => {
    fresh = await database.create();
    costs = await CostsScene.start(COSTS, { database: fresh.options });
    ({ scene } = costs.statuses);
  });
  afterAll(async () => {
    await costs[Symbol.asyncDispose]();
    await fresh.drop();
  });
  afterEach(async () => {
    await costs.costs.removeBudget();
    scene.meta.clear();
    await costs.clear();
  });

  const send = (to = phoneOf(1)) => scene.app.get(MessagesService).sendTemplate(welcome({ to }));
  const paused = (bulkSend: { readonly id: string }) => scene.until(bulkSend, ({ status }) => status === 'PAUSED');
  const rows = () => scene.dataSource.getRepository(BudgetEntity);

  it('of a bulk send stops it after what it suffices for, and lets it go on when it is raised', async () => {
    const bulkSend = await scene.create(recipientsOf(20), { budget: priceOf(7) });
    const { waiting, counts } = await paused(bulkSend);
    expect(waiting).toMatchObject({ reason: 'budget', until: null });
    expect(waiting?.message).toBe(
      'The budget of the bulk send (0.4326 USD, of which 0.4326 are used) does not suffice; it goes on when the budget is raised.',
    );
    expect(counts.failed).toBe(0);
    await scene.until(bulkSend, (now) => now.counts.sent === 7);
    const raised = await costs.costs.setBudget({ bulkSendId: bulkSend.id, amount: '0.8' });
    expect(raised).toMatchObject({ bulkSendId: bulkSend.id, amount: '0.80', used: '0.4326', month: null });
    await scene.until(bulkSend, (now) => now.status === 'PAUSED' && now.counts.sent === 12);
    await costs.costs.setBudget({ bulkSendId: bulkSend.id, amount: '2' });
    expect((await scene.ended(bulkSend)).counts).toMatchObject({ sent: 20, failed: 0 });
    expect(await costs.costs.budgets({ bulkSendId: bulkSend.id })).toMatchObject([{ used: '1.236' }]);
  });

  it('of a workspace stops its bulk sends until the month ends', async () => {
    await costs.costs.setBudget({ amount: priceOf(3) });
    const bulkSend = await scene.create(recipientsOf(5), { budget: '100' });
    const { waiting } = await paused(bulkSend);
    expect(waiting?.reason).toBe('budget');
    expect(waiting?.until?.toISOString()).toMatch(/-01T00:00:00\.000Z$/);
    await scene.until(bulkSend, ({ counts }) => counts.sent === 3);
    const [own] = await costs.costs.budgets();
    const [ofBulkSend] = await costs.costs.budgets({ bulkSendId: bulkSend.id });
    expect(own).toMatchObject({ bulkSendId: null, used: priceOf(3), left: '0.00' });
    expect(ofBulkSend).toMatchObject({ bulkSendId: bulkSend.id, used: priceOf(3) });
    // As it is when the next month has begun: what is spent is of the last one.
    await costs.clear();
    await rows().update({ scope: 'workspace' }, { budgetMonth: '2020-01' });
    await scene.until(bulkSend, ({ status }) => status === 'PROCESSING');
    await scene.bulk.cancel(bulkSend.id);
  });

  it('gets back what was taken for messages that failed', async () => {
    for (const index of [0, 1, 2])
      scene.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: phoneOf(index) });
    const bulkSend = await scene.create(recipientsOf(8), { budget: priceOf(5) });
    const ended = await scene.ended(bulkSend);
    expect(ended.counts).toMatchObject({ sent: 5, failed: 3 });
  });

  it('refuses single messages that it does not suffice for, however many come at once', async () => {
    await costs.costs.setBudget({ amount: priceOf(7) });
    const sends = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => send(phoneOf(index))));
    const refused = sends.flatMap((sent) => (sent.status === 'rejected' ? [sent.reason as unknown] : []));
    expect(refused).toHaveLength(13);
    for (const error of refused) expect(error).toBeInstanceOf(BudgetExceededError);
    expect(refused[0]).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringContaining(
        '(0.4326 USD, of which 0.4326 are used) does not suffice; raise it, or wait for',
      ),
    });
    expect(await costs.statuses.rows.count()).toBe(7);
    await costs.costs.setBudget({ amount: '1' });
    await send();
  });

  it('does not forget messages that are about to be stored when it is counted', async () => {
    await costs.costs.setBudget({ amount: priceOf(1) });
    const countedAt = new Date(0);
    await rows().update({ scope: 'workspace' }, { countedAt });
    const messages = scene.app.get(MessageRepository);
    const insert = messages.insertSending.bind(messages);
    const store = new AbortController();
    const stored = new Promise((resolve) => store.signal.addEventListener('abort', resolve));
    const held = vi.spyOn(messages, 'insertSending').mockImplementationOnce(async (...row) => {
      await stored;
      return insert(...row);
    });
    const first = send(phoneOf(1));
    await expect.poll(() => held.mock.calls.length).toBe(1);
    const second = send(phoneOf(2));
    // It has found no room, and has the messages counted.
    await expect.poll(() => rows().countBy({ scope: 'workspace', countedAt })).toBe(0);
    store.abort();
    await expect(second).rejects.toBeInstanceOf(BudgetExceededError);
    await first;
    held.mockRestore();
  });

  it('is counted right by two processes that do so at the same time', async () => {
    const today = new Date().toISOString();
    await costs.delivered(today, pricedAs('marketing'), pricedAs('marketing'));
    await costs.costs.setBudget({ amount: priceOf(6) });
    const overdue = { usedAmount: 370_800, countedAt: new Date(0) };
    await rows().update({ scope: 'workspace' }, overdue);
    const counts = scene.app.get(Costs);
    const spent = counts.spentThisMonth.bind(counts);
    const goOn = new AbortController();
    const slow = new Promise((resolve) => goOn.signal.addEventListener('abort', resolve));
    const counting = vi.spyOn(counts, 'spentThisMonth').mockImplementationOnce(async (...of) => {
      const sum = await spent(...of);
      await slow;
      return sum;
    });
    const first = send(phoneOf(1));
    await expect.poll(() => counting.mock.calls.length).toBe(1);
    // The first took too long.
    await rows().update({ scope: 'workspace' }, { countedAt: new Date(0) });
    await send(phoneOf(2));
    goOn.abort();
    await first;
    expect(await costs.costs.budgets()).toMatchObject([{ used: priceOf(4) }]);
    counting.mockRestore();
  });

  it('of a new month begins with nothing, and keeps what is taken while it is counted', async () => {
    await costs.costs.setBudget({ amount: priceOf(7) });
    await rows().update(
      { scope: 'workspace' },
      { budgetMonth: '2020-01', usedAmount: 1_000_000_000, countedAt: new Date() },
    );
    const sends = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => send(phoneOf(index))));
    expect(sends.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
  });

  it('counts what was sent before it was set, delivered or on its way, and not what is free', async () => {
    const today = new Date().toISOString();
    await costs.delivered(
      today,
      pricedAs('marketing'),
      pricedAs('marketing', 'BO'),
      pricedAs('marketing', 'AR', 'free_entry_point'),
      { templateCategory: 'MARKETING', status: 'sent', deliveredAt: null },
      { templateCategory: 'MARKETING', status: 'sending', sentAt: null, deliveredAt: null, lapsesAt: new Date() },
      { ...pricedAs('marketing', 'AR', 'free_entry_point'), status: 'sent', deliveredAt: null },
      { templateCategory: 'MARKETING', status: 'failed', deliveredAt: null },
    );
    expect(await costs.costs.setBudget({ amount: '10' })).toMatchObject({ used: '0.2594', left: '9.7406' });
  });

  it('is not touched by free service messages', async () => {
    await costs.costs.setBudget({ amount: '0.01' });
    await scene.app
      .get(MessagesService)
      .sendText({ to: phoneOf(1), text: { body: 'Hello' } })
      .catch(() => undefined);
    expect(await costs.costs.budgets()).toMatchObject([{ bulkSendId: null, used: '0.00' }]);
    await expect(send()).rejects.toBeInstanceOf(BudgetExceededError);
  });

  it('costs single messages a statement, and none where there is none', async () => {
    const logQuery = vi.spyOn(scene.dataSource.logger, 'logQuery');
    const statementsOf = async () => {
      await send();
      await send();
      logQuery.mockClear();
      await send();
      return logQuery.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('whatsapp_spending_budgets'));
    };
    try {
      expect(await statementsOf()).toEqual([]);
      await costs.costs.setBudget({ amount: '100' });
      expect(await statementsOf()).toEqual([expect.stringMatching(/^UPDATE/)]);
    } finally {
      logQuery.mockRestore();
    }
  });

  it('is gone with a bulk send that is refused after all', async () => {
    const before = await rows().count();
    // The last step of accepting it, after its budget was stored.
    const complete = vi.spyOn(RecipientRows.prototype, 'complete').mockRejectedValueOnce(new Error('No more.'));
    await expect(scene.create(recipientsOf(1), { budget: '1' })).rejects.toThrow('No more.');
    expect(complete).toHaveBeenCalledOnce();
    expect(await rows().count()).toBe(before);
    complete.mockRestore();
  });

  it('is refused with everything that is wrong', async () => {
    await expect(costs.costs.setBudget({ amount: '-1', currency: 'dollar' })).rejects.toMatchObject({
      problems: [{ path: 'amount' }, { path: 'currency' }],
    });
    await expect(costs.costs.setBudget({ amount: '1', currency: 'EUR' })).rejects.toMatchObject({
      problems: [{ path: 'currency', message: 'is not what an account of the workspace is charged in; that is USD.' }],
    });
    await expect(scene.create(recipientsOf(1), { budget: 'much', name: '' })).rejects.toMatchObject({
      problems: [{ path: 'name' }, { path: 'budget' }],
    });
    await expect(costs.costs.setBudget({ bulkSendId: 'none', amount: '1' })).rejects.toThrow(
      'There is no bulk send none.',
    );
  });
});
