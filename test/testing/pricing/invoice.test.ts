import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rate, RateCard } from 'nestjs-whatsapp/testing';
import { PricingScene, TEXT, UTILITY } from './pricing-scene.js';

const MONTH = '2026-11';
const PERU = 'Rest of Latin America';

const RATES: readonly Rate[] = [
  { market: 'AR', category: 'utility', tier: '0:2', price: '0.0260' },
  { market: 'AR', category: 'utility', tier: '3:4', price: '0.0247' },
  { market: 'AR', category: 'utility', tier: '5:MAX', price: '0.0234' },
  { market: 'AR', category: 'service', price: '0.026' },
  { market: PERU, category: 'utility', price: '0.011300001' },
];
const CARD: RateCard = { markets: { PE: PERU, EC: PERU }, rates: RATES };

let scene: PricingScene;
beforeEach(async () => {
  scene = await PricingScene.start('2026-11-16T12:00:00Z', { rateCard: CARD });
});
afterEach(() => scene[Symbol.asyncDispose]());

const TIER_UPDATE = 'VOLUME_BASED_PRICING_TIER_UPDATE';

describe('the invoice of an account', () => {
  it('has what was delivered, by number, country, category, type and tier, with exact sums', async () => {
    const { meta, clock } = scene;
    const [first, second] = [meta.phoneNumber.id, meta.account.addPhoneNumber().id];
    await scene.sendMany(2, UTILITY);
    clock.advance(1_000);
    await scene.send(UTILITY);
    await scene.send(UTILITY, second);
    await scene.send(TEXT);
    await scene.send({ ...UTILITY, to: '+51987654321' });
    await scene.send({ ...UTILITY, to: '+593987654321' });
    const utility = { category: 'utility', type: 'regular' };
    expect(meta.account.invoice({ month: MONTH })).toEqual({
      accountId: meta.account.id,
      month: MONTH,
      currency: 'USD',
      lines: [
        {
          phoneNumberId: first,
          country: 'AR',
          market: 'AR',
          category: 'service',
          type: 'free_customer_service',
          tier: undefined,
          volume: 1,
          cost: '0.00',
        },
        { phoneNumberId: first, country: 'AR', market: 'AR', ...utility, tier: '0:2', volume: 2, cost: '0.052' },
        { phoneNumberId: first, country: 'AR', market: 'AR', ...utility, tier: '3:4', volume: 1, cost: '0.0247' },
        {
          phoneNumberId: first,
          country: 'EC',
          market: PERU,
          ...utility,
          tier: '0:MAX',
          volume: 1,
          cost: '0.011300001',
        },
        {
          phoneNumberId: first,
          country: 'PE',
          market: PERU,
          ...utility,
          tier: '0:MAX',
          volume: 1,
          cost: '0.011300001',
        },
        { phoneNumberId: second, country: 'AR', market: 'AR', ...utility, tier: '3:4', volume: 1, cost: '0.0247' },
      ],
      volume: 7,
      cost: '0.124000002',
    });
  });

  it('counts a message once, when it is delivered or read, and not what is only sent, or failed', async () => {
    const { meta, app } = scene;
    for (const statuses of [['sent'], ['sent', { status: 'failed', code: 131026 }]] as const) {
      meta.webhooks = { url: app.url('/app'), statuses };
      await scene.send(UTILITY);
    }
    meta.webhooks = { url: app.url('/app'), statuses: ['sent', 'read'], doubled: 1 };
    await scene.send(UTILITY);
    meta.webhooks = {
      url: app.url('/app'),
      statuses: ['delivered', 'read', 'played', { status: 'failed', code: 131026 }],
    };
    await scene.send(UTILITY);
    expect(meta.account.invoice({ month: MONTH })).toMatchObject({ volume: 2, cost: '0.052' });
    meta.clear();
    expect(meta.account.invoice({ month: MONTH })).toMatchObject({ lines: [], volume: 0, cost: '0.00' });
  });

  it('is by the months of the account, at the rates of the time', async () => {
    const { meta, clock } = scene;
    await scene.send(UTILITY);
    clock.advance(Date.parse('2026-12-01T07:59:59Z') - clock.now());
    await scene.send(UTILITY);
    meta.account.rateCard = { rates: [{ market: 'AR', category: 'utility', price: '1' }] };
    clock.advance(1_000);
    await scene.send(UTILITY);
    expect(meta.account.invoice({ month: MONTH })).toMatchObject({ volume: 2, cost: '0.052' });
    expect(meta.account.invoice({ month: '2026-12' })).toMatchObject({ volume: 1, cost: '1.00' });
  });

  it('cannot be made without rates, nor of what is no month', async () => {
    await scene.send({ ...UTILITY, to: '+16315552222' });
    expect(() => scene.meta.account.invoice({ month: MONTH })).toThrow('No rate for US utility');
    expect(() => scene.meta.account.invoice({ month: '2026-13' })).toThrow('Invalid month "2026-13"');
  });
});

describe('a volume tier', () => {
  it('is that of the whole portfolio, month and market, and webhooks report the next one to all accounts of it', async () => {
    const { meta, clock } = scene;
    const { ownerBusinessId } = meta.account;
    const other = meta.addAccount({ ownerBusinessId, rateCard: CARD, phoneNumbers: [{}] });
    meta.addAccount();
    other.addSampleTemplates();
    await scene.send(UTILITY, other.phoneNumbers[0]?.id);
    await scene.send({ ...UTILITY, to: '+51987654321' });
    expect(await scene.valuesOf('account_update')).toEqual([]);
    await scene.sendMany(2, UTILITY); // the second one fills the tier, and the third one is in the same second
    clock.advance(999);
    await scene.send(UTILITY);
    clock.advance(1);
    await scene.send(UTILITY);
    const reported = (tier: string, time: number) => {
      const info = { tier_update_time: time, pricing_category: 'UTILITY', tier, effective_month: MONTH, region: 'AR' };
      return { event: TIER_UPDATE, volume_tier_info: info };
    };
    const second = clock.now() / 1_000;
    const [third, fifth] = [reported('3:4', second), reported('5:MAX', second)];
    expect(await scene.valuesOf('account_update')).toEqual([third, third, fifth, fifth]);
    expect(scene.app.webhooks.filter(({ value }) => 'volume_tier_info' in value).map(({ entry }) => entry.id)).toEqual(
      expect.arrayContaining([meta.account.id, other.id]),
    );
    expect(other.invoice({ month: MONTH }).cost).toBe('0.026');
    expect(
      meta.account.invoice({ month: MONTH }).lines.map(({ country, tier, volume }) => [country, tier, volume]),
    ).toEqual([
      ['AR', '0:2', 3],
      ['AR', '5:MAX', 1],
      ['PE', '0:MAX', 1],
    ]);
    clock.advance(20 * 86_400_000);
    await scene.send(UTILITY);
    expect(meta.account.invoice({ month: '2026-12' }).lines).toMatchObject([{ tier: '0:2', volume: 1 }]);
  });
});

describe('a rate card', () => {
  it('is refused with every problem of it', () => {
    const rates: Rate[] = [
      { market: 'AR', category: 'utility', price: '1,5' },
      { market: 'BR', category: 'utility', tier: '0:10', price: '1' },
      { market: 'CL', category: 'utility', tier: '0:10', price: '1' },
      { market: 'CL', category: 'utility', tier: '10:MAX', price: '1' },
      { market: 'CO', category: 'service', tier: '0:10', price: '1' },
      { market: 'CO', category: 'service', tier: '11:MAX', price: '1' },
    ];
    expect(() => {
      scene.meta.account.rateCard = { rates };
    }).toThrow(
      'Invalid rate card: The price of AR utility must be a decimal such as "0.0349" - got "1,5". ' +
        'The last tier of BR utility must end with MAX. The tier of CL utility 10:MAX must begin with 11. ' +
        'Only utility and authentication have tiers, and not service.',
    );
    expect(scene.meta.account.rateCard).toBe(CARD);
  });
});
