import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GraphApiServer, sampleTemplates, type Template } from 'nestjs-whatsapp/testing';
import { call } from '../graph-client.js';
import { signatureOf, WebhookReceiver } from './webhook-receiver.js';

const NOON = Date.parse('2026-11-16T12:00:00Z');

let app: WebhookReceiver;
let meta: GraphApiServer;
let template: Template;
beforeEach(async () => {
  app = await WebhookReceiver.start();
  meta = await GraphApiServer.start({ sample: true, now: () => NOON, webhooks: { url: app.url('/app') } });
  const { name, language } = sampleTemplates.plain;
  const found = meta.account.template(name, language);
  if (!found) throw new Error('The sample template is missing.');
  template = found;
});
afterEach(async () => {
  await meta.close();
  await app[Symbol.asyncDispose]();
});

const received = (count: number) => vi.waitUntil(() => app.webhooks.length >= count, { interval: 1 });

describe('webhooks of templates', () => {
  it('tell a pause in the words of Meta: a number for the id, a hyphen in the language, a time', async () => {
    const english = meta.account.addTemplate({ name: 'hello', language: 'en_US', components: template.components });
    english.status = 'PAUSED';
    await received(1);
    expect(app.webhooks[0]?.entry).toEqual({
      id: meta.account.id,
      time: NOON / 1_000,
      changes: [
        {
          field: 'message_template_status_update',
          value: {
            event: 'PAUSED',
            message_template_id: Number(english.id),
            message_template_name: 'hello',
            message_template_language: 'en-US',
            reason: null,
            message_template_category: 'UTILITY',
            other_info: { title: 'FIRST_PAUSE', description: expect.any(String) },
          },
        },
      ],
    });
    expect(app.webhooks[0]?.headers['x-hub-signature-256']).toBe(
      signatureOf(app.webhooks[0]?.raw ?? '', meta.appSecret),
    );
  });

  it.each<[string, () => void, object]>([
    [
      'message_template_status_update',
      () => {
        template.rejectedReason = 'SCAM';
        template.status = 'REJECTED';
      },
      { event: 'REJECTED', reason: 'SCAM' },
    ],
    ['message_template_status_update', () => meta.account.removeTemplate(template), { event: 'DELETED' }],
    [
      'message_template_quality_update',
      () => (template.qualityScore = 'RED'),
      { previous_quality_score: 'UNKNOWN', new_quality_score: 'RED' },
    ],
    [
      'template_category_update',
      () => (template.category = 'MARKETING'),
      { previous_category: 'UTILITY', new_category: 'MARKETING' },
    ],
    [
      'message_template_components_update',
      () => (template.components = [{ type: 'BODY', text: 'Bye' }]),
      { message_template_element: 'Bye' },
    ],
  ])('tell by %s what changes', async (field, change, value) => {
    change();
    await received(1);
    expect(app.webhooks[0]?.entry.changes).toMatchObject([
      { field, value: { message_template_id: Number(template.id), ...value } },
    ]);
  });

  it('tell REINSTATED for one that was disabled, and nothing of what stays as it is', async () => {
    template.status = 'APPROVED';
    template.status = 'DISABLED';
    template.status = 'APPROVED';
    await received(1);
    const events = app.webhooks[0]?.entry.changes.map(({ value }) => value);
    expect(events).toMatchObject([{ event: 'DISABLED' }, { event: 'REINSTATED' }]);
  });

  it('tell of an edit over the API', async () => {
    await call(meta, 'POST', template.id, { components: [{ type: 'BODY', text: 'Edited' }] });
    await received(1);
    expect(app.fields).toEqual(['message_template_components_update', 'message_template_status_update']);
  });
});

describe('webhooks of accounts and numbers', () => {
  it('tell a new messaging limit and a higher throughput', async () => {
    meta.phoneNumber.messagingLimit = 'TIER_2K';
    meta.phoneNumber.throughputLevel = 'HIGH';
    await received(1);
    expect(app.webhooks[0]?.entry.changes).toMatchObject([
      { field: 'business_capability_update', value: { max_daily_conversations_per_business: 'TIER_2K' } },
      {
        field: 'phone_number_quality_update',
        value: { display_phone_number: meta.phoneNumber.digits, event: 'THROUGHPUT_UPGRADE' },
      },
    ]);
  });

  it('go to the app even where there are overrides, unless they are about one number', async () => {
    meta.account.callbackOverride = app.url('/account');
    meta.account.sendWebhook('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } });
    await received(1);
    meta.phoneNumber.reportMarketingPreference('+54 9 11 1234-5678', 'stop');
    await received(2);
    expect(app.webhooks.map(({ path }) => path)).toEqual(['/app', '/account']);
    expect(app.webhooks[1]?.entry.changes).toMatchObject([
      {
        field: 'user_preferences',
        value: {
          metadata: { phone_number_id: meta.phoneNumber.id },
          contacts: [{ wa_id: '5491112345678' }],
          user_preferences: [
            { wa_id: '5491112345678', category: 'marketing_messages', value: 'stop', timestamp: NOON / 1_000 },
          ],
        },
      },
    ]);
  });
});
