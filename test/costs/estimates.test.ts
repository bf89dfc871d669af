import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BulkScene, phoneOf } from '../bulk/bulk-scene.js';
import { CostsScene, pricedAs, rate } from './costs-scene.js';

const COSTS = {
  freeServiceMessages: 3,
  rateCard: [
    rate('AR', 'marketing', '0.0618'),
    rate('AR', 'service', '0.026'),
    rate('North America', 'marketing', '0.025'),
    rate('North America', 'marketing', '0.05', { validFrom: '2099-01-01' }),
  ],
};

const to = (phone: string) => ({ phone, variables: { name: 'Ana', company: 'Acme' } });

const RECIPIENTS = [phoneOf(1), phoneOf(2), phoneOf(2), '+16315552222', '+33612345678'].map(to);

const EXPECTED = {
  currency: 'USD',
  messages: 4,
  charged: 4,
  amount: '0.1486',
  withoutRate: 1,
  rows: [
    ['AR', 'Argentina', 2, '0.1236', 0],
    ['FR', 'France', 1, '0.00', 1],
    ['US', 'North America', 1, '0.025', 0],
  ].map(([country, market, messages, amount, withoutRate]) => ({
    category: 'marketing',
    type: 'regular',
    country,
    market,
    messages,
    amount,
    withoutRate,
  })),
};

describe('an estimate of costs', () => {
  let costs: CostsScene;
  let scene: BulkScene;

  beforeAll(async () => {
    costs = await CostsScene.start(COSTS);
    ({ scene } = costs.statuses);
  });
  afterAll(() => costs[Symbol.asyncDispose]());

  it('is in the answer of a dry run', async () => {
    expect((await scene.bulk.dryRun(scene.input(RECIPIENTS))).cost).toEqual(EXPECTED);
  });

  it('is in the acceptance of a bulk send, and stays there', async () => {
    const { id, acceptance } = await scene.create(RECIPIENTS);
    expect(acceptance.cost).toEqual(EXPECTED);
    expect((await scene.bulk.get(id)).acceptance.cost).toEqual(EXPECTED);
  });

  it('is that of the day for which a bulk send is scheduled', async () => {
    const { cost } = await scene.bulk.dryRun(
      scene.input([to('+16315552222')], { scheduledAt: '2099-06-01T12:00:00Z' }),
    );
    expect(cost?.amount).toBe('0.05');
  });

  it('is of any messages, with the service messages that are still free', async () => {
    const recipients = [phoneOf(1), phoneOf(2)];
    expect(await costs.costs.estimate({ category: 'MARKETING', recipients })).toMatchObject({ amount: '0.1236' });
    const today = new Date().toISOString();
    await costs.delivered(today, ...[1, 2].map(() => pricedAs('service', 'AR', 'free_customer_service')));
    const estimate = await costs.costs.estimate({ category: 'service', recipients });
    expect(estimate).toMatchObject({ messages: 2, charged: 1, amount: '0.026' });
    expect(estimate.rows.map(({ type, messages }) => [type, messages])).toEqual([
      ['free_customer_service', 1],
      ['regular', 1],
    ]);
  });

  it('names every recipient that is none', async () => {
    const wrong = costs.costs.estimate({ category: 'marketing', recipients: ['12', phoneOf(1), ''] });
    await expect(wrong).rejects.toMatchObject({ problems: [{ path: 'recipients[0]' }, { path: 'recipients[2]' }] });
    // As from JavaScript.
    const none = Object.assign({ category: '', recipients: [''] }, { category: 7, recipients: '+5491112345678' });
    await expect(costs.costs.estimate(none)).rejects.toMatchObject({
      problems: [{ path: 'category' }, { path: 'recipients' }],
    });
  });
});

describe('without a rate card', () => {
  let scene: BulkScene;

  beforeAll(async () => {
    scene = await BulkScene.start();
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('there is no estimate', async () => {
    expect((await scene.bulk.dryRun(scene.input(RECIPIENTS))).cost).toBeNull();
    expect((await scene.create(RECIPIENTS)).acceptance.cost).toBeNull();
  });
});
