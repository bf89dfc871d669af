import { MessageEntity } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneAdapter, TestApp } from '../support/test-app.js';

const MESSAGES = '/api/v1/meta-templates/messages/';
const PHONE = '+5491112345678';
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe.each(oneAdapter)('GET /meta-templates/messages/{message_id}/ on $adapter', ({ adapter }) => {
  let app: TestApp;
  let wamid: string;

  beforeAll(async () => {
    app = await TestApp.start({ adapter });
    wamid = (await send()).body.message_id;
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const send = () =>
    app.call('POST', '/api/v1/meta-templates/send/', {
      phone_number_id: app.meta.phoneNumber.id,
      template_name: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      recipient_phone: PHONE,
      variables: { name: 'Juan', company: 'Mi Empresa' },
    });
  const read = (id: string | number) => app.call('GET', `${MESSAGES}${id}/`);
  const rows = () => app.get(DataSource).getRepository(MessageEntity);

  const unsent = { sent_at: null, delivered_at: null, read_at: null, failed_at: null };
  const sent = () => ({
    message_id: wamid,
    status: 'sent',
    template_name: 'welcome_message',
    recipient_phone: PHONE,
    ...unsent,
    sent_at: TIME,
    error_code: null,
    error_message: null,
    pricing: null,
  });

  it('tells all of a message by its wamid', async () => {
    const answer = await read(wamid);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(sent());
  });

  it('tells the same by the row id, and without the slash at the end', async () => {
    const { id } = await rows().findOneByOrFail({ wamid });
    expect(await read(id)).toMatchObject({ status: 200, body: sent() });
    expect((await app.call('GET', MESSAGES + wamid)).body).toEqual(sent());
  });

  it.each([
    ['delivered', { status: 'delivered', deliveredAt: new Date(1e12) }, { delivered_at: '2001-09-09T01:46:40.000Z' }],
    ['read', { status: 'read', readAt: new Date(1e12 + 1) }, { read_at: '2001-09-09T01:46:40.001Z' }],
    ['read', { status: 'played', playedAt: new Date() }, {}],
  ] as const)('tells when it was %s', async (status, row, times) => {
    await rows().update({ wamid }, row);
    const answer = await read(wamid);
    await rows().update({ wamid }, { status: 'sent', deliveredAt: null, readAt: null, playedAt: null });
    expect(answer.body).toEqual({ ...sent(), status, ...times });
  });

  it('shows the price as Meta reported it', async () => {
    const price = { pricingBillable: true, pricingModel: 'PMP', pricingType: 'regular', pricingCategory: 'utility' };
    const none = { pricingBillable: null, pricingModel: null, pricingType: null, pricingCategory: null };
    await rows().update({ wamid }, price);
    const answer = await read(wamid);
    await rows().update({ wamid }, none);
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' };
    expect(answer.body).toEqual({ ...sent(), pricing });
  });

  it('tells why one failed, by its row id', async () => {
    app.meta.faults.nextSend({ kind: 'error', code: 131026, message: '(#131026) Message Undeliverable' });
    expect(await send()).toMatchObject({ status: 502 });
    const { id } = await rows().findOneByOrFail({ status: 'failed' });
    expect((await read(id)).body).toEqual({
      ...sent(),
      ...unsent,
      message_id: String(id),
      status: 'failed',
      failed_at: TIME,
      error_code: 131026,
      error_message: '(#131026) Message Undeliverable',
    });
  });

  it('shows one with an unknown outcome as unconfirmed, and in the end that it failed', async () => {
    app.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    const { body } = await send();
    expect((await read(body.message_id)).body).toEqual({
      ...sent(),
      ...unsent,
      message_id: body.message_id,
      status: 'unconfirmed',
    });
    const given = { status: 'failed', errorCode: 'OUTCOME_UNKNOWN', errorMessage: 'Meta never reported.' } as const;
    await rows().update(Number(body.message_id), given);
    expect((await read(body.message_id)).body).toMatchObject({
      status: 'failed',
      error_code: 'OUTCOME_UNKNOWN',
      error_message: 'Meta never reported.',
    });
  });

  it('has no template name for a message that was none', async () => {
    await rows().update({ wamid }, { type: 'text', templateName: null });
    const answer = await read(wamid);
    await rows().update({ wamid }, { type: 'template', templateName: 'welcome_message' });
    expect(answer.body).toEqual({ ...sent(), template_name: null });
  });

  it.each(['wamid.unknown', '0', '999999999', '-1', '1.5', '99999999999999999999999', "1' OR '1'='1", 'ñ/../', '%20'])(
    'answers 404 to %j',
    async (id) => {
      expect(await app.call('GET', `${MESSAGES}${encodeURIComponent(id)}/`)).toMatchObject({
        status: 404,
        body: { code: 'MESSAGE_NOT_FOUND', error: expect.any(String) },
      });
    },
  );

  it('answers 404 to what came in: only outbound messages are looked up', async () => {
    await rows().update({ wamid }, { direction: 'inbound' });
    const answer = await read(wamid);
    await rows().update({ wamid }, { direction: 'outbound' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'MESSAGE_NOT_FOUND' } });
  });

  it('answers 401 without a key', async () => {
    expect(await app.call('GET', MESSAGES + wamid, undefined, { 'x-api-key': '' })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED' },
    });
  });
});
