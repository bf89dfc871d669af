import { MessagesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pricingOf } from '../../lib/messages/pricing.js';
import { welcome } from '../messages/template-inputs.js';
import { recipientsOf } from '../bulk/bulk-scene.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { StatusScene, type StatusWords } from './statuses-scene.js';

const CHARGED = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' };
const FREE = { billable: false, pricing_model: 'PMP', type: 'free_customer_service', category: 'service' };

type Report = readonly [status: string, words?: StatusWords];

describeOn('sqlite', 'the price of a message', (database) => {
  let fresh: FreshDatabase;
  let statuses: StatusScene;

  beforeAll(async () => {
    fresh = await database.create();
    statuses = await StatusScene.start({ database: fresh.options });
  });
  afterAll(async () => {
    await statuses[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const sendOne = async (to?: string) => {
    const { id } = await statuses.scene.app.get(MessagesService).sendTemplate(welcome({ ...(to && { to }) }));
    return statuses.row({ id });
  };

  /** The row after webhooks, each of which brings some statuses. */
  async function after(webhooks: readonly (readonly Report[])[], to?: string) {
    const row = await sendOne(to);
    for (const reports of webhooks) {
      await statuses.apply(...reports.map(([status, words]) => statuses.item(row, status, words)));
    }
    return statuses.row(row);
  }

  it('is unknown until a status reports it', async () => {
    expect(pricingOf(await sendOne())).toBeNull();
    expect(pricingOf(await after([[['sent']], [['delivered']]]))).toBeNull();
  });

  it.each<[string, readonly (readonly Report[])[]]>([
    ['sent alone', [[['sent', { pricing: CHARGED }]], [['delivered']], [['read']]]],
    ['delivered alone', [[['sent']], [['delivered', { pricing: CHARGED }]]]],
    ['read alone', [[['sent']], [['read', { pricing: CHARGED }]]]],
    ['two of them', [[['sent', { pricing: CHARGED }]], [['delivered', { pricing: CHARGED }]]]],
    ['the same webhook twice', [[['delivered', { pricing: CHARGED }]], [['delivered', { pricing: CHARGED }]]]],
    ['the later one, which comes first', [[['read', { pricing: CHARGED }]], [['sent']], [['delivered']]]],
    ['all in one webhook', [[['read'], ['delivered', { pricing: CHARGED }], ['sent']]]],
    ['a step that is known already', [[['delivered']], [['delivered', { pricing: CHARGED }]]]],
  ])('comes with %s', async (_, webhooks) => {
    expect(pricingOf(await after(webhooks))).toEqual(CHARGED);
  });

  it('stays when the message fails after all', async () => {
    const row = await after([[['sent', { pricing: CHARGED }]], [['failed', { code: 131026 }]]]);
    expect(row.status).toBe('failed');
    expect(pricingOf(row)).toEqual(CHARGED);
  });

  it('is that which is charged, where Meta reports two', async () => {
    const both: Report[] = [
      ['sent', { pricing: FREE }],
      ['delivered', { pricing: CHARGED }],
    ];
    expect(pricingOf(await after(both.map((report) => [report])))).toEqual(CHARGED);
    expect(pricingOf(await after(both.toReversed().map((report) => [report])))).toEqual(CHARGED);
  });

  it('is that of the last attempt, where a message that failed is sent again', async () => {
    const { scene } = statuses;
    const bulkSend = await scene.create(recipientsOf(1));
    await scene.ended(bulkSend);
    const first = await scene.row(bulkSend, 0);
    const sent = statuses.item(first, 'sent', { pricing: CHARGED, conversation: { origin: { type: 'utility' } } });
    await statuses.apply(sent, statuses.item(first, 'failed', { code: 131049 }));
    expect(pricingOf(await statuses.row(first))).toEqual(CHARGED);
    await scene.bulk.retry(bulkSend.id);
    await scene.passTime();
    const second = await scene.row(bulkSend, 0, ({ status, attempt }) => status === 'sent' && attempt === 2);
    expect(second).toMatchObject({ pricingCountry: null, conversationOrigin: null });
    expect(pricingOf(second)).toBeNull();
    await statuses.apply(sent, statuses.item(second, 'delivered', { pricing: FREE }));
    expect(pricingOf(await statuses.row(first))).toEqual(FREE);
  });

  it('is heard of once, also where it comes with a step that others have overtaken', async () => {
    const row = await sendOne();
    await statuses.apply(statuses.item(row, 'delivered'));
    const priced = statuses.item(row, 'sent', { pricing: CHARGED });
    expect(await statuses.heard(priced, priced)).toMatchObject([
      { status: 'sent', message: { status: 'delivered', pricing: CHARGED }, raw: { pricing: CHARGED } },
    ]);
    expect(await statuses.heard(priced)).toEqual([]);
  });

  it('has one spelling of a category that Meta spells in two ways', async () => {
    for (const category of ['authentication-international', 'authentication_international']) {
      const row = await after([[['sent', { pricing: { ...CHARGED, category } }]]]);
      expect(pricingOf(row)).toEqual({ ...CHARGED, category: 'authentication_international' });
    }
  });

  it('may be of a type, category or model that is not known yet, or lack some', async () => {
    const unknown = { billable: true, pricing_model: 'PER_TOKEN', type: 'new_type', category: 'general_purpose_ai' };
    expect(pricingOf(await after([[['sent', { pricing: unknown }]]]))).toEqual(unknown);
    const partial = { category: 'group_marketing' };
    const expected = { billable: null, pricing_model: null, type: null, ...partial };
    expect(pricingOf(await after([[['sent', { pricing: partial }]]]))).toEqual(expected);
  });

  it.each([[null], ['free'], [[]], [{}], [{ billable: 'yes', type: 7, category: '' }]])(
    'is not made of %j, and the status counts',
    async (pricing) => {
      const row = await after([[['delivered', { pricing }]]]);
      expect(row.status).toBe('delivered');
      expect(pricingOf(row)).toBeNull();
    },
  );

  it('comes with the origin of a free entry point', async () => {
    const conversation = { id: '8f84', expiration_timestamp: '1790259200', origin: { type: 'referral_conversion' } };
    const pricing = { ...FREE, type: 'free_entry_point', category: 'referral_conversion' };
    const row = await after([[['sent', { conversation }]], [['delivered', { pricing }]]]);
    expect(row.conversationOrigin).toBe('referral_conversion');
    expect(pricingOf(row)).toEqual(pricing);
  });

  it.each([
    ['+5491112345678', 'AR'],
    ['+16315552222', 'US'],
    ['+14165552222', 'CA'],
    ['+18765552222', 'JM'],
    ['+77012345678', 'KZ'],
    ['+79012345678', 'RU'],
    ['+447400123456', 'GB'],
  ])('is that of the country of %s: %s', async (to, country) => {
    const row = await after([[['sent', { pricing: CHARGED }]]], to);
    expect(row.pricingCountry).toBe(country);
  });

  it('is that of the country of a business-scoped user id', async () => {
    const row = await after([[['sent', { pricing: CHARGED }]]], 'BR.13491208655302741918');
    expect(row.pricingCountry).toBe('BR');
  });
});
