import { WorkspacesService } from 'nestjs-whatsapp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AccountsService } from '../../lib/accounts/accounts.service.js';
import { tierOf } from '../../lib/webhooks/fields/phone-number-updates.js';
import { SendingPauses } from '../../lib/accounts/sending-pauses.js';
import { MarketingConsents } from '../../lib/contacts/marketing-consents.js';
import { WebhookItemError } from '../../lib/webhooks/webhook-arrivals.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { FieldScene, inSeconds } from './fields-scene.js';

describeEachDatabase('webhooks of templates', (database) => {
  let fresh: FreshDatabase;
  let fields: FieldScene;
  beforeAll(async () => {
    fresh = await database.create();
    fields = await FieldScene.start({ database: fresh.options });
    // As the webhooks say, for Meta is asked now and then.
    fields.templateAtMeta.category = 'UTILITY';
  });
  afterAll(async () => {
    await fields?.[Symbol.asyncDispose]();
    await fresh?.drop();
  });

  let minute = 0;
  const later = () => inSeconds(60 * (minute += 1));

  it.each([
    ['PAUSED', 'PAUSED'],
    ['REINSTATED', 'APPROVED'],
    ['REJECTED', 'REJECTED'],
    ['APPROVED', 'APPROVED'],
    ['DISABLED', 'DISABLED'],
    ['PENDING', 'PENDING'],
    ['IN_APPEAL', 'IN_APPEAL'],
    ['PENDING_DELETION', 'PENDING_DELETION'],
    ['ARCHIVED', 'ARCHIVED'],
    ['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED'],
    ['DELETED', 'DELETED'],
  ])('tell by %s that it is %s', async (event, status) => {
    const value = { event, reason: 'NONE', message_template_category: 'UTILITY' };
    const item = fields.templateItem('message_template_status_update', value, later());
    const [reported, webhook] = await fields.apply(item);
    expect(await fields.template()).toMatchObject({ status, category: 'UTILITY' });
    expect(reported).toMatchObject({
      type: 'template.status',
      status: event,
      language: 'es',
      reason: null,
      raw: item.value,
    });
    expect(webhook).toMatchObject({ type: 'webhook', field: item.field, value: item.value });
  });

  it('are put in order by the time of the entry', async () => {
    const [early, late] = [later(), later()];
    const status = (event: string, time: number) =>
      fields.templateItem('message_template_status_update', { event }, time);
    // Meta, which is asked about what comes late, says the same.
    fields.templateAtMeta.status = 'PAUSED';
    await fields.apply(status('PAUSED', late), status('APPROVED', early));
    expect((await fields.template()).status).toBe('PAUSED');
    fields.templateAtMeta.status = 'APPROVED';
    await fields.apply(status('REINSTATED', later()), status('PAUSED', late), status('APPROVED', early));
    expect((await fields.template()).status).toBe('APPROVED');
  });

  it('tell quality and category, and a category that is only announced changes nothing', async () => {
    await fields.apply(
      fields.templateItem('message_template_quality_update', { new_quality_score: 'RED' }, later()),
      fields.templateItem(
        'template_category_update',
        { new_category: 'UTILITY', correct_category: 'MARKETING', category_update_timestamp: 1 },
        later(),
      ),
    );
    expect(await fields.template()).toMatchObject({ qualityScore: 'RED', category: 'UTILITY' });
    const done = { previous_category: 'UTILITY', new_category: 'MARKETING' };
    await fields.apply(fields.templateItem('template_category_update', done, later()));
    expect(await fields.template()).toMatchObject({ category: 'MARKETING' });
  });
});

describe('webhooks of what Meta knows better', () => {
  it('have it fetched: components, a template that is new, and what is reported late', async () => {
    await using fields = await FieldScene.start();
    const template = fields.templateAtMeta;
    template.components = [{ type: 'BODY', text: 'Edited for {{name}}', example: {} }];
    await fields.apply(fields.templateItem('message_template_components_update', {}));
    await expect.poll(async () => JSON.stringify((await fields.template()).components)).toContain('Edited');

    template.status = 'DISABLED';
    await fields.apply(fields.templateItem('message_template_status_update', { event: 'APPROVED' }, inSeconds(-3_600)));
    await expect.poll(async () => (await fields.template()).status).toBe('DISABLED');
  });
});

const restriction = (type: string, expiration: number) => ({ restriction_type: type, expiration });

describe('webhooks of numbers and accounts', () => {
  let fields: FieldScene;
  beforeAll(async () => {
    fields = await FieldScene.start();
  });
  afterAll(() => fields[Symbol.asyncDispose]());
  let minute = 10;
  const later = () => inSeconds(60 * (minute += 1));
  const ban = (state: string, time: number) =>
    fields.item('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: state } }, time);

  afterEach(async () => {
    await fields.scene.app.get(AccountsService).resumeSending(fields.scene.meta.phoneNumber.id);
  });

  it('tell a higher throughput and another name of one number', async () => {
    const { digits } = fields.scene.meta.phoneNumber;
    await fields.apply(
      fields.item('phone_number_quality_update', { display_phone_number: digits, event: 'THROUGHPUT_UPGRADE' }),
      fields.item('phone_number_name_update', {
        display_phone_number: digits,
        decision: 'APPROVED',
        requested_verified_name: 'New Name',
      }),
    );
    expect(await fields.number()).toMatchObject({ throughputLevel: 'HIGH', verifiedName: 'New Name' });
  });

  it.each([
    ['business_capability_update', { max_daily_conversations_per_business: 2_000 }, 'TIER_2K'],
    ['business_capability_update', { max_daily_conversations_per_business: 'TIER_10K' }, 'TIER_10K'],
    ['business_capability_update', { max_daily_conversation_per_phone: 100_000 }, 'TIER_100K'],
    ['business_capability_update', { max_daily_conversations_per_business: -1 }, 'TIER_UNLIMITED'],
    ['phone_number_quality_update', { event: 'UPGRADE', current_limit: 'TIER_2K' }, 'TIER_2K'],
  ])('tell a limit by %s %j', async (field, value, tier) => {
    await fields.apply(
      fields.item(field, { display_phone_number: fields.scene.meta.phoneNumber.digits, ...value }, inSeconds(120)),
    );
    expect((await fields.number()).messagingLimit).toBe(tier);
  });

  it('pause an account that is restricted, for the longest restriction that keeps it from sending', async () => {
    await fields.apply(
      fields.item('account_update', {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [
          restriction('RESTRICTED_BIZ_INITIATED_MESSAGING', 4_000_000_000),
          restriction('RESTRICTED_CUSTOMER_INITIATED_MESSAGING', 3_900_000_000),
          restriction('RESTRICTED_ADD_PHONE_NUMBER_ACTION', 4_100_000_000),
          restriction('RESTRICTED_BIZ_INITIATED_MESSAGING', 1_000_000_000),
        ],
      }),
    );
    expect(await fields.pauses()).toMatchObject([
      { scope: 'account', code: 'ACCOUNT_RESTRICTION', until: new Date(4_000_000_000_000) },
    ]);
  });

  it('pause an account that is disabled until it is reinstated', async () => {
    await fields.apply(ban('SCHEDULE_FOR_DISABLE', later()));
    expect(await fields.pauses()).toEqual([]);
    const disabled = ban('DISABLE', later());
    await fields.apply(disabled);
    expect(await fields.pauses()).toMatchObject([{ code: 'ACCOUNT_DISABLED', until: null }]);
    await fields.apply(ban('REINSTATE', later()), disabled);
    expect(await fields.pauses()).toEqual([]);
  });

  it('pause no account again when they come once more after a person has resumed it', async () => {
    const restricted = fields.item(
      'account_update',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [restriction('RESTRICTED_BIZ_INITIATED_MESSAGING', 4_000_000_000)],
      },
      later(),
    );
    await fields.apply(restricted);
    expect(await fields.pauses()).toHaveLength(1);
    await fields.scene.app.get(AccountsService).resumeSending(fields.scene.meta.phoneNumber.id);
    await fields.apply(restricted);
    expect(await fields.pauses()).toEqual([]);
  });

  it.each([
    ['late', () => ban('REINSTATE', inSeconds(-3_600)), 'ACCOUNT_DISABLED'],
    ['about another matter', () => ban('REINSTATE', later()), '131042'],
    ['about another matter', () => fields.item('account_update', { event: 'ACCOUNT_RECONNECTED' }, later()), '190'],
  ])('end no pause by what is reported %s', async (_, item, code) => {
    await fields.apply(ban('SCHEDULE_FOR_DISABLE', later()));
    const { id: subjectId } = fields.scene.meta.account;
    const pause = { scope: 'account' as const, subjectId, message: 'Something else.', until: null };
    await fields.scene.app.get(SendingPauses).pause({ ...pause, code });
    await fields.apply(item());
    expect(await fields.pauses()).toMatchObject([{ code }]);
  });

  it.each([
    ['account_alerts', { alert_info: { alert_severity: 'CRITICAL', alert_type: 'INCREASED_CAPABILITIES' } }],
    ['account_review_update', { decision: 'REJECTED' }],
    ['account_update', { event: 'PARTNER_ADDED' }],
    ['security', { event: 'PIN_CHANGED' }],
    ['messages', { errors: [{ code: 131000, title: 'Something went wrong' }] }],
    ['smb_message_echoes', { message_echoes: [] }],
    ['of tomorrow', { anything: [1, null] }],
  ])('are an event for the host and nothing else: %s', async (field, value) => {
    const item = fields.item(field, value);
    const [event, ...others] = await fields.apply(item);
    expect(event).toEqual({
      type: 'webhook',
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
      businessAccountId: fields.scene.meta.account.id,
      field,
      value,
    });
    expect(others).toEqual([]);
    expect((await fields.apply(item))[0]?.id).toBe(event?.id);
    expect(await fields.pauses()).toEqual([]);
  });

  it('are an event too when the account is nobody’s', async () => {
    const item = { ...fields.item('account_update', { event: 'DISABLED_UPDATE' }), businessAccountId: '999' };
    expect(await fields.apply(item)).toMatchObject([{ type: 'webhook', businessAccountId: '999' }]);
  });
});

describe('webhooks of consents', () => {
  it('report who wants no marketing, the latest consent last, and are events once', async () => {
    await using fields = await FieldScene.start();
    const { app } = fields.scene;
    const workspaceId = await app.get(WorkspacesService).idOf(undefined);
    const consent = (value: string, timestamp: number) =>
      fields.item('user_preferences', {
        contacts: [{ profile: { name: 'Ana' }, wa_id: '5491112345678' }],
        user_preferences: [{ wa_id: '5491112345678', category: 'marketing_messages', value, timestamp }],
      });
    const refusals = async () =>
      Object.fromEntries(await app.get(MarketingConsents).refusalsOf(workspaceId, ['5491112345678'], 'MARKETING'));
    const consentsOf = async (value: string, timestamp: number) =>
      (await fields.apply(consent(value, timestamp))).filter(({ type }) => type === 'contact.consent');

    expect(await consentsOf('stop', 1_790_000_100)).toMatchObject([
      { isOptedOut: true, contact: { profileName: 'Ana', optOutSource: 'user_preferences' } },
    ]);
    expect(await consentsOf('stop', 1_790_000_100)).toEqual([]);
    expect(await consentsOf('resume', 1_790_000_000)).toEqual([]);
    expect(await refusals()).toEqual({ 5491112345678: 'OPTED_OUT' });
    expect(await consentsOf('resume', 1_790_000_200)).toMatchObject([{ isOptedOut: false }]);
    expect(await refusals()).toEqual({});
  });

  it('are about someone', async () => {
    await using fields = await FieldScene.start();
    const stop = { category: 'marketing_messages', value: 'stop', timestamp: 1 };
    const ofNoOne = fields.item('user_preferences', { user_preferences: [stop] });
    await expect(fields.apply(ofNoOne)).rejects.toThrow(WebhookItemError);
    const someone = fields.item('user_preferences', {
      contacts: [{ user_id: 'US.13491208655302741918' }],
      user_preferences: [stop],
    });
    expect(await fields.apply(someone)).toMatchObject([
      { type: 'contact.consent', contact: { userId: 'US.13491208655302741918' } },
      { type: 'webhook' },
    ]);
  });
});

describe('a change that is not as Meta describes it', () => {
  it('cannot be applied, and leaves nothing of those next to it behind', async () => {
    await using fields = await FieldScene.start();
    const disabled = fields.item('account_update', { event: 'ACCOUNT_DELETED' });
    for (const broken of [
      fields.item('message_template_status_update', { event: 'PAUSED' }),
      fields.templateItem('message_template_status_update', {}),
      fields.item('account_update', {}),
      fields.item('user_preferences', {}),
      fields.item('phone_number_quality_update', {}),
    ]) {
      await expect(fields.apply(disabled, broken)).rejects.toThrow(WebhookItemError);
    }
    expect(await fields.pauses()).toEqual([]);
  });
});

describe('a messaging limit', () => {
  it.each([
    ['TIER_2K', 'TIER_2K'],
    ['TIER_250', 'TIER_250'],
    ['TIER_UNLIMITED', 'TIER_UNLIMITED'],
    [250, 'TIER_250'],
    [2_000, 'TIER_2K'],
    ['100000', 'TIER_100K'],
    [-1, 'TIER_UNLIMITED'],
    ['TIER_NOT_SET', undefined],
    [0, undefined],
    [1.5, undefined],
    [null, undefined],
    [{}, undefined],
  ])('reported as %j is %s', (reported, tier) => {
    expect(tierOf(reported)).toBe(tier);
  });
});
