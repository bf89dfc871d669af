import { PhoneNumberEntity } from 'nestjs-whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FieldUpdates } from '../../lib/webhooks/fields/field-updates.js';
import { VolumeTierEntity } from '../../lib/costs/volume-tier.entity.js';
import { describeEachDatabase, describeOn, type FreshDatabase } from '../support/databases.js';
import { CostsScene, FREE_SERVICE, inShort, pricedAs, rate, REGULAR } from './costs-scene.js';

const ZONE = 'America/Argentina/Buenos_Aires';

const COSTS = {
  timeZone: ZONE,
  rateCard: [
    rate('AR', 'marketing', '0.0618'),
    rate('AR', 'marketing', '0.07', { validFrom: '2026-11-16' }),
    rate('AR', 'utility', '0.026'),
    rate('AR', 'service', '0.03'),
    rate('India', 'utility', '0.0014'),
    rate('India', 'utility', '0.0011', { tier: '25000001:50000000' }),
    rate('Rest of Latin America', 'marketing', '0.074'),
  ],
};

/** When the statuses of a scene are reported, by Meta's clock. */
const REPORTED = { month: '2026-09' };

describeEachDatabase('costs', (database) => {
  let fresh: FreshDatabase;
  let scene: CostsScene;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await CostsScene.start(COSTS, { database: fresh.options });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });
  beforeEach(() => scene.clear());

  it('are of delivered messages, as Meta has priced them, by category, country and type', async () => {
    await scene.delivered(
      '2026-11-10T12:00:00Z',
      pricedAs('marketing'),
      pricedAs('marketing'),
      { ...pricedAs('marketing'), status: 'read' },
      pricedAs('marketing', 'BO'),
      pricedAs('utility'),
      pricedAs('utility', 'AR', 'free_entry_point'),
      pricedAs('service', 'AR', 'free_customer_service'),
      pricedAs('service'),
      pricedAs('marketing', 'FR'),
      { ...pricedAs('marketing'), status: 'sent', deliveredAt: null },
      { ...pricedAs('marketing'), status: 'failed', deliveredAt: null },
      { ...pricedAs('service'), attempt: 0 },
      { ...pricedAs('marketing'), workspaceId: 77 },
    );
    const { rows, totals } = await scene.costs.report({ month: '2026-11' });
    expect(inShort(rows)).toEqual([
      ['marketing', 'AR', 'regular', 3, '0.1854'],
      ['marketing', 'BO', 'regular', 1, '0.074'],
      ['marketing', 'FR', 'regular', 1, '0.00'],
      ['service', 'AR', 'free_customer_service', 1, '0.00'],
      ['service', 'AR', 'regular', 1, '0.03'],
      ['utility', 'AR', 'free_entry_point', 1, '0.00'],
      ['utility', 'AR', 'regular', 1, '0.026'],
    ]);
    expect(rows[1]).toMatchObject({ market: 'Rest of Latin America', currency: 'USD', isEstimate: false, day: null });
    expect(totals).toEqual([
      { currency: 'USD', messages: 9, charged: 7, amount: '0.3154', estimated: '0.00', withoutRate: 1 },
    ]);
  });

  it('are those of the day and month by the account’s time zone', async () => {
    await scene.delivered('2026-11-01T02:59:59Z', pricedAs('marketing'));
    await scene.delivered('2026-11-01T03:00:00Z', pricedAs('marketing'));
    await scene.delivered('2026-11-16T02:59:59Z', pricedAs('marketing'));
    await scene.delivered('2026-11-16T03:00:00Z', pricedAs('marketing'));
    await scene.delivered('2026-12-01T02:59:59Z', pricedAs('marketing'));
    await scene.delivered('2026-12-01T03:00:00Z', pricedAs('marketing'));
    const { rows } = await scene.costs.report({ from: '2026-10-31', to: '2026-12-01', groupBy: ['day'] });
    expect(rows.map(({ day, amount }) => [day, amount])).toEqual([
      ['2026-10-31', '0.0618'],
      ['2026-11-01', '0.0618'],
      ['2026-11-15', '0.0618'],
      ['2026-11-16', '0.07'],
      ['2026-11-30', '0.07'],
      ['2026-12-01', '0.07'],
    ]);
    const months = await scene.costs.report({ from: '2026-10-31', to: '2026-12-01', groupBy: ['month'] });
    expect(months.rows.map(({ month, messages, amount }) => [month, messages, amount])).toEqual([
      ['2026-10', 1, '0.0618'],
      ['2026-11', 4, '0.2636'],
      ['2026-12', 1, '0.07'],
    ]);
    const november = await scene.costs.report({ month: '2026-11' });
    expect(november.totals).toMatchObject([{ messages: 4, amount: '0.2636' }]);
  });

  it('count on the day of delivery, up to a month after the message was sent', async () => {
    const sentAt = new Date('2026-10-05T12:00:00Z');
    await scene.delivered('2026-11-03T12:00:00Z', { ...pricedAs('marketing'), sentAt });
    expect(await scene.costs.report({ month: '2026-10' })).toEqual({ rows: [], totals: [] });
    const { rows } = await scene.costs.report({ month: '2026-11', groupBy: ['day'] });
    expect(rows).toMatchObject([{ day: '2026-11-03', messages: 1 }]);
  });

  it('count once in the month of delivery, also where Meta answers the call after it', async () => {
    // A month ends at 3:00 UTC.
    const sentAt = new Date('2026-11-01T03:00:00.400Z');
    await scene.delivered('2026-11-01T02:59:59Z', { ...pricedAs('marketing'), sentAt });
    expect((await scene.costs.report({ month: '2026-10' })).totals).toMatchObject([{ messages: 1 }]);
    expect((await scene.costs.report({ month: '2026-11' })).totals).toEqual([]);
  });

  it('are split by number, template and bulk send', async () => {
    const bulkSendId = '0b0e7a0c-6a1d-4c9e-9f0e-000000000001';
    await scene.delivered(
      '2026-11-10T12:00:00Z',
      { ...pricedAs('marketing'), bulkSendId, seq: 1 },
      { ...pricedAs('marketing'), bulkSendId, seq: 2 },
      { ...pricedAs('marketing'), templateName: 'other' },
      { ...pricedAs('service'), templateName: null },
    );
    const { phoneNumberId } = scene;
    const query = { month: '2026-11', groupBy: ['phoneNumber', 'template', 'bulkSend'] } as const;
    const { rows } = await scene.costs.report(query);
    expect(rows.map((row) => [row.phoneNumberId, row.template, row.bulkSendId, row.messages])).toEqual([
      [phoneNumberId, null, null, 1],
      [phoneNumberId, 'other', null, 1],
      [phoneNumberId, 'welcome_message', bulkSendId, 2],
    ]);
    expect((await scene.costs.report({ month: '2026-11', template: 'other' })).totals).toMatchObject([{ messages: 1 }]);
    expect((await scene.costs.ofBulkSend(bulkSendId)).totals).toMatchObject([{ messages: 2, amount: '0.1236' }]);
    await expect(scene.costs.ofBulkSend('0b0e7a0c-6a1d-4c9e-9f0e-000000000002')).rejects.toThrow(
      'There is no bulk send',
    );
  });

  it('are an estimate where no status has brought a price', async () => {
    await scene.delivered(
      '2026-11-10T12:00:00Z',
      { templateCategory: 'MARKETING', recipientPhone: '59171234567' },
      { templateCategory: 'MARKETING', recipientPhone: '', userId: 'AR.1234' },
      { type: 'text', templateName: null },
      { type: 'reaction', templateName: null },
      pricedAs('service'),
    );
    const { rows, totals } = await scene.costs.report({ month: '2026-11' });
    expect(inShort(rows)).toEqual([
      ['marketing', 'AR', 'regular', 1, '0.0618'],
      ['marketing', 'BO', 'regular', 1, '0.074'],
      ['service', 'AR', 'regular', 1, '0.03'],
      ['service', 'AR', 'regular', 1, '0.03'],
    ]);
    expect(rows.map(({ isEstimate }) => isEstimate)).toEqual([true, true, false, true]);
    expect(totals).toMatchObject([{ amount: '0.1958', estimated: '0.1658' }]);
  });

  it('follow the volume tiers that Meta reports, the earliest moment of each', async () => {
    const tiers = scene.statuses.scene.dataSource.getRepository(VolumeTierEntity);
    await tiers.clear();
    const report = (second: number, words: object = {}) =>
      scene.statuses.scene.app.get(FieldUpdates).apply([
        {
          kind: 'field',
          businessAccountId: scene.statuses.scene.meta.account.id,
          field: 'account_update',
          time: second,
          value: {
            event: 'VOLUME_BASED_PRICING_TIER_UPDATE',
            volume_tier_info: {
              tier_update_time: second,
              pricing_category: 'UTILITY',
              tier: '25000001:50000000',
              effective_month: '2026-11',
              region: 'India',
              ...words,
            },
          },
        },
      ]);
    const reachedAt = Date.parse('2026-11-10T12:00:00Z') / 1_000;
    await report(reachedAt + 60);
    await report(reachedAt);
    await report(reachedAt + 30);
    await report(reachedAt - 60, { region: 'Brazil' });
    await report(reachedAt - 60, { effective_month: '2026-10' });
    expect((await tiers.findOneByOrFail({ region: 'India', effectiveMonth: '2026-11' })).tierUpdateTime).toEqual(
      new Date(reachedAt * 1_000),
    );
    await scene.delivered('2026-11-10T11:59:59Z', pricedAs('utility', 'IN'));
    await scene.delivered('2026-11-10T12:00:00Z', pricedAs('utility', 'IN'), pricedAs('service', 'IN'));
    await scene.delivered('2026-12-02T12:00:00Z', pricedAs('utility', 'IN'));
    const { rows } = await scene.costs.report({ from: '2026-11-01', to: '2026-12-31', groupBy: ['month'] });
    expect(rows.map(({ month, category, messages, amount }) => [month, category, messages, amount])).toEqual([
      ['2026-11', 'service', 1, '0.0014'],
      ['2026-11', 'utility', 2, '0.0025'],
      ['2026-12', 'utility', 1, '0.0014'],
    ]);
  });
});

describeOn('sqlite', 'the cost of a message', (database) => {
  let fresh: FreshDatabase;
  let scene: CostsScene;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await CostsScene.start(COSTS, { database: fresh.options });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });
  beforeEach(() => scene.clear());

  const charged = { pricing: REGULAR };

  it.each([
    ['sent alone', [[['sent', charged]], [['delivered']]], true],
    ['delivered alone', [[['sent']], [['delivered', charged]]], true],
    ['read alone', [[['sent']], [['read', charged]]], true],
    ['two of them', [[['sent', charged]], [['delivered', charged]]], true],
    ['the same webhook twice', [[['delivered', charged]], [['delivered', charged]]], true],
    ['any order', [[['read', charged]], [['delivered']], [['sent', charged]]], true],
    ['nothing but sent', [[['sent', charged]]], false],
    ['sent, and then it fails', [[['sent', charged]], [['failed', { code: 131026 }]]], false],
  ] as const)('is charged once it is delivered; the price came with %s', async (_, webhooks, isDelivered) => {
    const id = await scene.reported(webhooks);
    const cost = await scene.costs.ofMessage(id);
    expect(cost).toMatchObject({ isDelivered, isEstimate: false, type: 'regular', country: 'AR' });
    // Undelivered, it would cost what it does today.
    expect(cost.amount).toBe(isDelivered ? '0.0618' : '0.07');
    const { totals } = await scene.costs.report(REPORTED);
    expect(totals.map(({ amount }) => amount)).toEqual(isDelivered ? ['0.0618'] : []);
  });

  it('is nothing where Meta says that it is free', async () => {
    const id = await scene.reported([[['delivered', { pricing: FREE_SERVICE }]]]);
    expect(await scene.costs.ofMessage(id)).toMatchObject({ amount: '0.00', type: 'free_customer_service' });
  });

  it('is an estimate before a status brings a price', async () => {
    const id = await scene.reported([]);
    expect(await scene.costs.ofMessage(id)).toMatchObject({
      isEstimate: true,
      isDelivered: false,
      category: 'marketing',
    });
  });

  it('is unknown where the card has no rate', async () => {
    const id = await scene.reported([[['delivered', { pricing: { ...REGULAR, category: 'general_purpose_ai' } }]]]);
    expect(await scene.costs.ofMessage(id)).toMatchObject({ amount: null });
  });

  it('is of a message of the workspace', async () => {
    await expect(scene.costs.ofMessage(123_456)).rejects.toThrow('There is no message 123456.');
    await expect(scene.costs.ofMessage('wamid.x')).rejects.toThrow('There is no message wamid.x.');
  });

  describe('as CSV', () => {
    it('is a line for each row, and runs no formula', async () => {
      await scene.delivered('2026-11-10T12:00:00Z', { ...pricedAs('marketing'), templateName: '=cmd()' });
      let csv = '';
      for await (const part of scene.costs.csv({ month: '2026-11', groupBy: ['template'] })) csv += part;
      expect(csv).toBe(
        'day,month,phoneNumberId,template,bulkSendId,category,country,market,type,isEstimate,messages,currency,amount,withoutRate\n' +
          ",,,'=cmd(),,marketing,AR,Argentina,regular,false,1,USD,0.0618,0\n",
      );
    });

    it('says what is wrong with the query when it is read', async () => {
      const lines = scene.costs.csv({ month: '11/2026' })[Symbol.asyncIterator]();
      await expect(lines.next()).rejects.toThrow('month: must be a month such as "2026-11".');
    });
  });

  it('is read in the order of days, each as soon as it is complete', async () => {
    for (const day of ['03', '01', '20']) await scene.delivered(`2026-11-${day}T12:00:00Z`, pricedAs('marketing'));
    const days: unknown[] = [];
    for await (const { day } of scene.costs.rows({ month: '2026-11', groupBy: ['day'] })) {
      days.push(day);
      // What is added to a later day while the rows are read is still found.
      if (day === '2026-11-01') await scene.delivered('2026-11-25T12:00:00Z', pricedAs('marketing'));
    }
    expect(days).toEqual(['2026-11-01', '2026-11-03', '2026-11-20', '2026-11-25']);
  });

  it('leaves free service messages, for each number and month', async () => {
    await scene.delivered(
      '2026-11-10T12:00:00Z',
      pricedAs('service', 'AR', 'free_customer_service'),
      pricedAs('group_service', 'AR', 'free_group_customer_service'),
      pricedAs('service', 'AR', 'free_entry_point'),
      pricedAs('service'),
      pricedAs('utility'),
    );
    const { phoneNumberId } = scene;
    expect(await scene.costs.freeServiceMessages({ month: '2026-11' })).toEqual([
      { phoneNumberId, month: '2026-11', limit: 1_000, used: 3, left: 997 },
    ]);
    expect(await scene.costs.freeServiceMessages({ month: '2026-10' })).toMatchObject([{ used: 0, left: 1_000 }]);
  });

  it('is refused for a query that is wrong, with everything at once', async () => {
    // As from JavaScript.
    const query: object = { from: '2026-11-31', to: 'today', month: '2026-13', groupBy: ['country'] };
    await expect(scene.costs.report(query)).rejects.toMatchObject({
      problems: [{ path: 'from' }, { path: 'to' }, { path: 'month' }, { path: 'month' }, { path: 'groupBy' }],
    });
    await expect(scene.costs.report({ from: '2026-11-02', to: '2026-11-01' })).rejects.toThrow('must not be before');
    await expect(scene.costs.report({ from: '2025-11-01', to: '2026-11-02' })).rejects.toThrow('within 366 days');
    await expect(scene.costs.report({ phoneNumberId: '1' })).rejects.toThrow('There is no phone number 1.');
    await expect(scene.costs.report({ workspace: 'nowhere' })).rejects.toThrow('There is no workspace');
  });

  it('is counted for numbers that were removed, too', async () => {
    await scene.delivered('2026-11-10T12:00:00Z', pricedAs('marketing'));
    const numbers = scene.statuses.scene.dataSource.getRepository(PhoneNumberEntity);
    await numbers.update({ phoneNumberId: scene.phoneNumberId }, { removedAt: new Date() });
    try {
      expect((await scene.costs.report({ month: '2026-11' })).totals).toMatchObject([{ messages: 1 }]);
    } finally {
      await numbers.update({ phoneNumberId: scene.phoneNumberId }, { removedAt: null });
    }
  });
});
