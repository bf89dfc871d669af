import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { charged, free, PricingScene, templateOf, TEXT, UTILITY } from './pricing-scene.js';

const USER = '5491112345678';
const DAY_MS = 86_400_000;
const FREE_SERVICE = free('free_customer_service', 'service');
const FREE_ENTRY_POINT = free('free_entry_point', 'referral_conversion');

let scene: PricingScene;
beforeEach(async () => {
  scene = await PricingScene.start('2026-11-16T12:00:00Z');
});
afterEach(() => scene[Symbol.asyncDispose]());

const template = (category: string) => {
  const { account } = scene.meta;
  const { components } = sampleTemplates.plain;
  return templateOf(account.addTemplate({ name: `a_${category}`.toLowerCase(), language: 'es', category, components }));
};

describe('the price of a message', () => {
  it.each(['UTILITY', 'MARKETING', 'AUTHENTICATION'])('is that of the category of a template: %s', async (category) => {
    expect(await scene.pricingOf(template(category))).toEqual(charged(category.toLowerCase()));
  });

  it('is that of a service for all that is no template, and free at first', async () => {
    expect(await scene.pricingOf(TEXT)).toEqual(FREE_SERVICE);
  });

  it('is charged for a utility template in an open service window', async () => {
    scene.meta.phoneNumber.openWindow(USER);
    expect(await scene.pricingOf(UTILITY)).toEqual(charged('utility'));
  });

  it('is international for authentication in the countries that the account has that rate in', async () => {
    const authentication = template('AUTHENTICATION');
    scene.meta.account.internationalAuthentication = ['IN'];
    expect(await scene.pricingOf({ ...authentication, to: '+919812345678' })).toEqual(
      charged('authentication-international'),
    );
    expect(await scene.pricingOf(authentication)).toEqual(charged('authentication'));
    expect(await scene.pricingOf({ ...UTILITY, to: '+919812345678' })).toEqual(charged('utility'));
  });

  it('has categories of its own in a group, which shares the free messages', async () => {
    const group = { to: 'Y2FwaV9ncm91cDox', recipient_type: 'group' };
    expect(await scene.pricingOf({ ...TEXT, ...group })).toEqual(free('free_group_customer_service', 'group_service'));
    expect(await scene.pricingOf({ ...UTILITY, ...group })).toEqual(charged('group_utility'));
    await scene.sendMany(999);
    expect(await scene.pricingOf({ ...TEXT, ...group })).toEqual(charged('group_service'));
  });

  it('is none for what the business writes in the app, which a webhook reports and nothing counts', async () => {
    const { meta } = scene;
    const message = { to: '+54 9 11 1234-5678', userId: 'AR.1', type: 'text', text: { body: 'Hi' } } as const;
    expect(() => meta.phoneNumber.sendFromApp(message)).toThrow('not used in the WhatsApp Business app');
    meta.phoneNumber.isOnBizApp = true;
    const id = meta.phoneNumber.sendFromApp(message);
    const timestamp = String(scene.clock.now() / 1_000);
    expect(await scene.valuesOf('smb_message_echoes')).toEqual([
      {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: meta.phoneNumber.digits, phone_number_id: meta.phoneNumber.id },
        contacts: [{ profile: { name: 'Sample Customer' }, wa_id: USER, user_id: 'AR.1' }],
        message_echoes: [
          {
            from: meta.phoneNumber.digits,
            to: USER,
            to_user_id: 'AR.1',
            id,
            timestamp,
            type: 'text',
            text: { body: 'Hi' },
          },
        ],
      },
    ]);
    for (let sent = 0; sent < 1_000; sent += 1) meta.phoneNumber.sendFromApp({ to: USER, type: 'image' });
    expect(await scene.pricingOf(TEXT)).toEqual(FREE_SERVICE);
    expect(meta.account.invoice({ month: '2026-11' }).volume).toBe(1);
    expect(meta.phoneNumber.isWindowOpen(USER, scene.clock.now())).toBe(false);
  });

  it('is none for a reaction, and for what fails', async () => {
    const reaction = { type: 'reaction', reaction: { message_id: await scene.send(TEXT), emoji: '👍' } };
    const statuses = await scene.statusesOf(await scene.send(reaction));
    expect(statuses.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
    expect(statuses.filter((status) => 'pricing' in status)).toEqual([]);
    scene.meta.webhooks = { url: scene.app.url('/app'), statuses: [{ status: 'failed', code: 131026 }] };
    expect(await scene.pricingOf(UTILITY)).toBeUndefined();
  });
});

describe('the free messages of a month', () => {
  it('are 1,000 of each phone number; then each is charged, until the month ends where the account is', async () => {
    const other = scene.meta.account.addPhoneNumber();
    const reaction = { type: 'reaction', reaction: { message_id: await scene.send(TEXT), emoji: '👍' } };
    for (const message of [reaction, UTILITY]) await scene.send(message); // neither of them counts
    await scene.sendMany(998);
    expect(await scene.pricingOf(TEXT)).toEqual(FREE_SERVICE);
    expect(await scene.pricingOf(TEXT)).toEqual(charged('service'));
    expect(await scene.pricingOf(TEXT, other.id)).toEqual(FREE_SERVICE);
    // Midnight in Los Angeles is 08:00 in UTC.
    scene.clock.advance(Date.parse('2026-12-01T07:59:59Z') - scene.clock.now());
    expect(await scene.pricingOf(TEXT)).toEqual(charged('service'));
    scene.clock.advance(1_000);
    expect(await scene.pricingOf(TEXT)).toEqual(FREE_SERVICE);
  });

  it('are not used up by what fails', async () => {
    const { meta, app } = scene;
    meta.webhooks = { url: app.url('/app'), statuses: ['sent', { status: 'failed', code: 131026 }] };
    await scene.sendMany(1_000);
    meta.webhooks = { url: app.url('/app') };
    expect(await scene.pricingOf(TEXT)).toEqual(FREE_SERVICE);
  });

  it('are all that is delivered without a payment method', async () => {
    scene.meta.account.hasPaymentMethod = false;
    await scene.sendMany(999);
    expect(await scene.pricingOf(TEXT)).toEqual(FREE_SERVICE);
    for (const message of [TEXT, UTILITY]) {
      expect(await scene.statusesOf(await scene.send(message))).toMatchObject([
        { status: 'failed', errors: [{ code: 131042 }] },
      ]);
    }
    scene.meta.account.hasPaymentMethod = true;
    expect(await scene.pricingOf(TEXT)).toEqual(charged('service'));
  });
});

const comeByAd = () =>
  scene.meta.phoneNumber.receive({ type: 'text', from: USER, referral: { source_type: 'ad', source_id: '1' } });

describe('a free entry point', () => {
  it('opens by an answer to who came by an ad, and all is free in it', async () => {
    comeByAd();
    scene.clock.advance(DAY_MS - 1_000);
    const [sent, delivered, read] = await scene.statusesOf(await scene.send(TEXT));
    const origin = { type: 'referral_conversion' };
    const until = String((scene.clock.now() + 3 * DAY_MS) / 1_000);
    const id = expect.stringMatching(/^\d+$/);
    expect(sent).toMatchObject({ pricing: FREE_ENTRY_POINT });
    expect(sent?.['conversation']).toEqual({ id, expiration_timestamp: until, origin });
    for (const status of [delivered, read]) expect(status).not.toHaveProperty('conversation');
    scene.clock.advance(3 * DAY_MS - 1_000);
    for (const category of ['MARKETING', 'AUTHENTICATION']) {
      const [first] = await scene.statusesOf(await scene.send(template(category)));
      expect(first).toMatchObject({ pricing: FREE_ENTRY_POINT });
      expect(first?.['conversation']).toEqual(sent?.['conversation']);
    }
    expect(await scene.pricingOf({ ...UTILITY, to: '+5491187654321' })).toEqual(charged('utility'));
    scene.clock.advance(1_000);
    const [after] = await scene.statusesOf(await scene.send(UTILITY));
    expect(after).toMatchObject({ pricing: charged('utility') });
    expect(after).not.toHaveProperty('conversation');
  });

  it('has its conversation on a later status that carries the price, without its end', async () => {
    scene.meta.webhooks = { url: scene.app.url('/app'), pricedStatuses: ['delivered'] };
    comeByAd();
    const [sent, delivered] = await scene.statusesOf(await scene.send(TEXT));
    const conversation = { id: expect.any(String), origin: { type: 'referral_conversion' } };
    expect(sent?.['conversation']).toEqual({ ...conversation, expiration_timestamp: expect.any(String) });
    expect(delivered?.['conversation']).toEqual(conversation);
  });

  it('may last longer', async () => {
    scene.meta.phoneNumber.freeEntryPoints.lengthMs = 7 * DAY_MS;
    comeByAd();
    const [sent] = await scene.statusesOf(await scene.send(TEXT));
    const until = String((scene.clock.now() + 7 * DAY_MS) / 1_000);
    expect(sent).toMatchObject({ conversation: { expiration_timestamp: until } });
  });

  it('does not open by an answer after a day, and is another one after each ad', async () => {
    comeByAd();
    scene.clock.advance(DAY_MS);
    expect(await scene.pricingOf(TEXT)).toEqual(FREE_SERVICE);
    const ids = new Set<unknown>();
    for (let visit = 0; visit < 2; visit += 1) {
      comeByAd();
      const [sent] = await scene.statusesOf(await scene.send(TEXT));
      expect(sent).toMatchObject({ pricing: FREE_ENTRY_POINT });
      ids.add(JSON.stringify(sent?.['conversation']));
      scene.clock.advance(3 * DAY_MS);
    }
    expect(ids.size).toBe(2);
  });

  it('knows a user by number and by business-scoped id', async () => {
    const userId = 'AR.13491208655302741918';
    const referral = { source_type: 'ad', source_id: '1' };
    scene.meta.phoneNumber.receive({ type: 'text', from: USER, userId, referral });
    expect(await scene.pricingOf({ ...TEXT, to: undefined, recipient: userId })).toEqual(FREE_ENTRY_POINT);
    expect(await scene.pricingOf(TEXT)).toEqual(FREE_ENTRY_POINT);
  });
});

describe('the statuses that carry the price', () => {
  const all = ['sent', 'delivered', 'read'] as const;

  it.each([
    [undefined, all, ['sent']],
    [undefined, ['delivered', 'read'] as const, ['delivered']],
    [['sent'] as const, all, ['sent']],
    [['delivered'] as const, all, ['delivered']],
    [['read'] as const, all, ['read']],
    [['sent', 'delivered'] as const, all, ['sent', 'delivered']],
    [['sent', 'read'] as const, ['sent', 'read'] as const, ['sent', 'read']],
    [() => ['delivered'] as const, all, ['delivered']],
    [[], all, []],
  ])('are %j of %j', async (pricedStatuses, statuses, expected) => {
    scene.meta.webhooks = { url: scene.app.url('/app'), statuses, pricedStatuses };
    const reported = await scene.statusesOf(await scene.send(TEXT));
    expect(reported.filter((status) => 'pricing' in status).map(({ status }) => status)).toEqual(expected);
  });

  it('are the first one that is reported by hand', async () => {
    scene.meta.webhooks = { url: scene.app.url('/app'), statuses: [] };
    const id = await scene.send(TEXT);
    for (const status of all) scene.meta.phoneNumber.reportStatus(id, status);
    const reported = await scene.statusesOf(id);
    expect(reported.map((status) => 'pricing' in status)).toEqual([true, false, false]);
  });
});
