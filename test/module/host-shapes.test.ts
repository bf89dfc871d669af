import { createHmac } from 'node:crypto';
import { WhatsAppModule, type WhatsAppModuleExtras, setupWhatsApp } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapters, optionsFor } from '../support/test-app.js';
import { database, Host, sampleSend } from './host.js';
import { type HostShape, hostShapes, OrdersController } from './host-shapes.js';

const VERIFY_TOKEN = 'made up';
const CUSTOMER = '5491155550000';

const cases = adapters.flatMap(({ adapter }) => hostShapes.map((shape) => ({ ...shape, adapter })));

const surfacesWith = ({ decorators = [] }: HostShape): WhatsAppModuleExtras['surfaces'] => {
  const options = { decorators };
  const webhook = options;
  return { metaTemplates: options, conversations: options, messaging: options, workspace: options, webhook };
};

describe.each(cases)('a host with $name on $adapter', ({ adapter, ...shape }) => {
  const {
    main,
    imports = [],
    providers,
    prefix = '',
    ownPrefix = prefix,
    headers = {},
    isWrapped = false,
    refusal,
  } = shape;
  let meta: GraphApiServer;
  let host: Host;
  let key: Record<string, string>;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    const options = optionsFor(meta);
    host = await Host.start({
      adapter,
      imports: [
        database(),
        ...imports,
        WhatsAppModule.forRoot({
          ...options,
          accounts: options.accounts?.map((account) => ({ ...account, appSecret: meta.appSecret })),
          webhook: { verifyToken: VERIFY_TOKEN },
          surfaces: surfacesWith(shape),
        }),
      ],
      controllers: [OrdersController],
      providers,
      main: (app) => {
        main?.(app);
        setupWhatsApp(app);
      },
    });
    key = await host.newKey();
  });
  afterAll(async () => {
    await host?.[Symbol.asyncDispose]();
    await meta?.close();
  });

  const inWrapper = (data: unknown): unknown => (isWrapped ? { data } : data);
  const call = (method: string, path: string, body?: object) => host.call(method, prefix + path, body, key);

  it.each<[string, (phone: string) => readonly [path: string, body: object], unknown]>([
    [
      'metaTemplates',
      (recipient_phone) => ['/api/v1/meta-templates/send/', { ...sampleSend.body(meta), recipient_phone }],
      { success: true, status: 'sent' },
    ],
    [
      'conversations',
      (phoneNumber) => ['/api/whatsapp/send', { phoneNumber, content: 'Hello' }],
      { success: true, data: { message: { status: 'sent' } } },
    ],
    [
      'messaging',
      (phone) => ['/whatsapp/api/send-message/', { phone, message: 'Hello' }],
      { status: 'sent', result: { messaging_product: 'whatsapp' } },
    ],
    [
      'workspace',
      (phone_number) => ['/api/v1/default/messages/send', { phone_number, message_body: 'Hello' }],
      { status: 'success', data: { status: 'sent' } },
    ],
  ])('sends through %s, more than once', async (_, request, answer) => {
    for (const phone of ['+5491155550001', '+5491155550002']) {
      const before = meta.sendsTo(phone);
      const { status, body } = await call('POST', ...request(phone));
      expect({ status, body }).toMatchObject({ status: 200, body: inWrapper(answer) });
      expect(meta.sendsTo(phone)).toBe(before + 1);
    }
  });

  it('lets every surface word its errors', async () => {
    for (const [path, body] of [
      [
        '/api/v1/meta-templates/send/',
        { code: 'VALIDATION_ERROR', details: { recipient_phone: [expect.any(String)] } },
      ],
      ['/api/whatsapp/send', { success: false, code: 'VALIDATION_ERROR' }],
      ['/whatsapp/api/send-message/', { error: expect.any(String) }],
      ['/api/v1/default/messages/send', { status: 'error', errors: { phone_number: [expect.any(String)] } }],
    ] as const) {
      expect(await call('POST', path, { unheard: 'of' })).toMatchObject({ body });
    }
  });

  it('takes Meta’s handshake and its signed webhooks', async () => {
    const path = '/whatsapp/webhook';
    const query = `hub.mode=subscribe&hub.verify_token=${encodeURIComponent(VERIFY_TOKEN)}&hub.challenge=1158`;
    for (let time = 0; time < 2; time += 1) {
      expect(await host.call('GET', `${prefix}${path}?${query}`)).toMatchObject({ status: 200, body: '1158' });
    }
    for (const id of ['wamid.one', 'wamid.two']) {
      const body = inbound(meta, id);
      const signature = createHmac('sha256', meta.appSecret).update(body).digest('hex');
      const answer = await host.call('POST', prefix + path, body, { 'x-hub-signature-256': `sha256=${signature}` });
      expect(answer).toMatchObject({ status: 200, body: '' });
    }
    expect(await call('GET', `/api/whatsapp/conversations?search=${CUSTOMER}`)).toMatchObject({
      status: 200,
      body: inWrapper({ data: [{ unread_count: 2, last_message: 'wamid.two' }] }),
    });
  });

  it('answers a bulk send’s export as it streams', async () => {
    const { recipient_phone, variables, ...about } = sampleSend.body(meta);
    const recipients = [{ phone: recipient_phone, variables }];
    const { body: created } = await call('POST', '/api/v1/meta-templates/send-bulk/', { ...about, recipients });
    const { bulk_send_id: id } = isWrapped ? created.data : created;
    const exported = await call('GET', `/api/v1/meta-templates/bulk-sends/${id}/export/?format=ndjson`);
    expect(exported.status).toBe(200);
    expect(exported.body).toMatchObject({ recipient_phone });
  });

  it('has its own routes as they were', async () => {
    expect(await host.call('GET', `${ownPrefix}/orders`, undefined, headers)).toMatchObject({
      status: 200,
      body: inWrapper(['pen']),
    });
    const order = { product: 'pen', pieces: 2 };
    expect(await host.call('POST', `${ownPrefix}/orders`, order, headers)).toMatchObject({
      status: 201,
      body: inWrapper(order),
    });
    if (refusal === undefined) return;
    const wrong = await host.call('POST', `${ownPrefix}/orders`, { ...order, colour: 'red' }, headers);
    expect(wrong.status).toBe(refusal);
  });
});

/** A message of a customer's, in Meta's own form; its words are its id. */
function inbound({ account, phoneNumber }: GraphApiServer, id: string): string {
  const text = {
    from: CUSTOMER,
    id,
    timestamp: String(Math.floor(Date.now() / 1_000)),
    type: 'text',
    text: { body: id },
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: phoneNumber.displayPhoneNumber, phone_number_id: phoneNumber.id },
    contacts: [{ profile: { name: 'Ana' }, wa_id: CUSTOMER }],
    messages: [text],
  };
  const entry = [{ id: account.id, changes: [{ field: 'messages', value }] }];
  return JSON.stringify({ object: 'whatsapp_business_account', entry });
}
