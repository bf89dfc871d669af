import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GraphApiServer, type Template, TestClock } from 'nestjs-whatsapp/testing';
import { type Answer, call, upload } from './graph-client.js';
import { WebhookReceiver } from './webhooks/webhook-receiver.js';

const clock = new TestClock();
const body = (text: string) => ({ type: 'BODY', text });

let meta: GraphApiServer;
let promotion: Template;
let receipt: Template;
let gif: Template;

beforeAll(async () => {
  meta = await GraphApiServer.start({ accounts: [{ phoneNumbers: [{}] }], now: clock.now });
  const { account } = meta;
  promotion = account.addTemplate({
    name: 'promotion',
    language: 'es',
    category: 'MARKETING',
    components: [body('2 x 1')],
  });
  receipt = account.addTemplate({ name: 'receipt', language: 'es', components: [body('Paid')] });
  const header = { type: 'HEADER', format: 'GIF' };
  gif = account.addTemplate({ name: 'gif', language: 'es', category: 'MARKETING', components: [header, body('Hey')] });
});
beforeEach(() => {
  meta.clear();
  Object.assign(meta.account, { marketingStatus: 'ONBOARDED', isMarketingOnCloudApiDisabled: false });
  promotion.adSyncedAt = 0;
  delete promotion.settings['optimization_spec'];
});
afterAll(() => meta.close());

function send(edge: string, template: Template, further: object = {}, components?: readonly object[]): Promise<Answer> {
  return call(meta, 'POST', `${meta.phoneNumber.id}/${edge}`, {
    messaging_product: 'whatsapp',
    to: '+5491112345678',
    type: 'template',
    template: { name: template.name, language: { code: template.language }, ...(components && { components }) },
    ...further,
  });
}

const codeOf = ({ body: answer }: Answer) => answer.error?.code;

describe('the endpoint marketing_messages', () => {
  it('is answered as a message is, and says in the record and the price which product sent it', async () => {
    await using receiver = await WebhookReceiver.start();
    meta.webhooks = { url: receiver.url('/'), statuses: ['sent'] };
    const { status, body: answer } = await send('marketing_messages', promotion, {
      recipient_type: 'individual',
      product_policy: 'CLOUD_API_FALLBACK',
      message_activity_sharing: true,
      bid_spec: { per_message_bid_multiplier: 1.5 },
      biz_opaque_callback_data: 'x',
    });
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      contacts: [{ input: '+5491112345678', wa_id: '5491112345678' }],
      messages: [{ id: expect.stringMatching(/^wamid\./), message_status: 'accepted' }],
    });
    expect(meta.messages).toMatchObject([{ product: 'marketing_messages' }]);
    await vi.waitFor(() => expect(receiver.webhooks).toHaveLength(1));
    expect(receiver.webhooks[0]?.raw).toContain('"category":"marketing_lite"');
    meta.webhooks = undefined;
  });

  it.each([
    ['a key of other messages', { context: undefined, text: { body: 'x' } }, 100],
    ['a mark as read', { status: 'read', message_id: 'wamid.x' }, 100],
    ['another type', { type: 'text' }, 100],
    ['a group', { recipient_type: 'group' }, 100],
    ['an unknown policy', { product_policy: 'MAYBE' }, 100],
    ['a text for a boolean', { message_activity_sharing: 'true' }, 100],
    ['a bid without its multiplier', { bid_spec: {} }, 131008],
    ['no recipient', { to: undefined }, 131008],
  ])('refuses %s', async (_, further, code) => {
    expect(codeOf(await send('marketing_messages', promotion, further))).toBe(code);
    expect(meta.messageCount).toBe(0);
  });

  it.each(['product_policy', 'message_activity_sharing', 'bid_spec'])('alone takes %s', async (key) => {
    const answer = await send('messages', promotion, { [key]: key === 'product_policy' ? 'STRICT' : true });
    expect(codeOf(answer)).toBe(100);
  });

  it('takes marketing templates alone', async () => {
    expect(codeOf(await send('marketing_messages', receipt))).toBe(134100);
    expect(meta.refusals.get(134100)).toBe(1);
  });

  it('waits for the ad sync of a template, which lasts ten minutes for a new one', async () => {
    const created = await call(meta, 'POST', `${meta.account.id}/message_templates`, {
      name: 'fresh',
      language: 'es',
      category: 'MARKETING',
      components: [body('Hello.')],
    });
    const fresh = meta.account.templates.find(({ id }) => id === created.body.id);
    if (!fresh) throw new Error('It was not created.');
    fresh.status = 'APPROVED';
    expect(codeOf(await send('marketing_messages', fresh))).toBe(134101);
    expect((await send('messages', fresh)).status).toBe(200);
    clock.advance(600_000);
    expect((await send('marketing_messages', fresh)).status).toBe(200);
    fresh.adSyncedAt = null;
    const failed = await send('marketing_messages', fresh);
    expect([failed.status, codeOf(failed)]).toEqual([500, 134102]);
  });

  it.each(['ELIGIBLE', 'PENDING_VALID_PAYMENT_METHOD', 'PENDING_INTERNAL_SETUP', 'INELIGIBLE_COUNTRY_NOT_SUPPORTED'])(
    'sends by the Cloud API for an account that is %s, unless the policy or the account forbids that',
    async (status) => {
      meta.account.marketingStatus = status;
      expect((await send('marketing_messages', promotion)).status).toBe(200);
      expect(meta.messages).toMatchObject([{ product: 'cloud_api' }]);
      expect(codeOf(await send('marketing_messages', promotion, { product_policy: 'STRICT' }))).toBe(134102);
      meta.account.isMarketingOnCloudApiDisabled = true;
      expect(codeOf(await send('marketing_messages', promotion))).toBe(131063);
    },
  );
});

const withHeader = (media: object) => [{ type: 'header', parameters: [{ type: 'gif', gif: media }] }];

describe('a GIF header', () => {
  it('is sent by the Marketing Messages API alone', async () => {
    const link = withHeader({ link: 'https://cdn.example/a.mp4' });
    expect((await send('marketing_messages', gif, {}, link)).status).toBe(200);
    expect(codeOf(await send('messages', gif, {}, link))).toBe(100);
    meta.account.marketingStatus = 'ELIGIBLE';
    expect(codeOf(await send('marketing_messages', gif, {}, link))).toBe(100);
  });

  it.each([
    ['video/mp4', 3_500_000, undefined],
    ['video/mp4', 3_800_000, 100],
    ['image/png', 1_000, 100],
  ])('takes a file of %s with %i bytes, or refuses it: %s', async (type, bytes, code) => {
    const { body: uploaded } = await upload(meta, { type, name: `a.${type.slice(6)}`, bytes });
    expect(codeOf(await send('marketing_messages', gif, {}, withHeader({ id: uploaded.id })))).toBe(code);
  });
});

describe('a template with a maximum price', () => {
  it('needs the Marketing Messages API and a phone number', async () => {
    promotion.settings['optimization_spec'] = { bid_strategy: 'LOWEST_COST_WITH_BID_CAP', bid_amount: 5000 };
    expect((await send('marketing_messages', promotion)).status).toBe(200);
    expect(codeOf(await send('messages', promotion))).toBe(131061);
    const toUser = { to: undefined, recipient: 'US.13491208655302741918' };
    expect(codeOf(await send('marketing_messages', promotion, toUser))).toBe(131062);
  });
});

describe('marketing by the Cloud API', () => {
  it('is switched off and on by the account, for marketing templates alone', async () => {
    const { account } = meta;
    const flip = (value: unknown) => call(meta, 'POST', account.id, { disable_marketing_messages_on_cloud_api: value });
    expect((await flip(true)).body).toEqual({ id: account.id });
    const refused = await send('messages', promotion);
    expect(refused.body.error).toMatchObject({ code: 131063, message: expect.stringMatching(/^\(#131063\)/) });
    expect((await send('messages', receipt)).status).toBe(200);
    await flip(false);
    expect((await send('messages', promotion)).status).toBe(200);
    expect([codeOf(await flip('yes')), codeOf(await call(meta, 'POST', account.id, {}))]).toEqual([100, 100]);
  });
});

describe('how far an account has joined', () => {
  const fields = 'marketing_messages_onboarding_status,marketing_messages_lite_api_status';
  const read = (version: string, names = fields) =>
    call(meta, 'GET', `${meta.account.id}?fields=${names}`, undefined, { version });

  it('is read by its older name before version 24', async () => {
    const both = { marketing_messages_onboarding_status: 'ONBOARDED', marketing_messages_lite_api_status: 'ONBOARDED' };
    expect((await read('v24.0')).body).toMatchObject(both);
    expect((await read('v23.0')).body.error?.message).toMatch(
      /nonexisting field \(marketing_messages_onboarding_status\)/,
    );
    expect((await read('v23.0', 'marketing_messages_lite_api_status')).status).toBe(200);
  });

  it('is reported when the terms are signed', async () => {
    await using receiver = await WebhookReceiver.start();
    meta.webhooks = { url: receiver.url('/') };
    meta.account.marketingStatus = 'ELIGIBLE';
    meta.account.signMarketingTerms();
    expect(meta.account.marketingStatus).toBe('ONBOARDED');
    await vi.waitFor(() => expect(receiver.webhooks).toHaveLength(1));
    const { id, ownerBusinessId } = meta.account;
    expect(receiver.webhooks[0]?.entry).toMatchObject({
      id: ownerBusinessId,
      changes: [
        { value: { event: 'MM_LITE_TERMS_SIGNED', waba_info: { waba_id: id, owner_business_id: ownerBusinessId } } },
      ],
    });
    meta.webhooks = undefined;
  });
});
