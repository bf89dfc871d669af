import { ApiKeysService } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource, type Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { MessageEntity } from '../../lib/messages/message.entity.js';
import { TemplateEntity } from '../../lib/templates/template.entity.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { type Answer, optionsFor, TestApp } from '../support/test-app.js';

// Each starts an app or makes a database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const SEND = '/api/v1/meta-templates/send/';
const PHONE = '+5491112345678';
const HOUR = 3_600_000;

const CONFLICT = { status: 409, body: { code: 'IDEMPOTENCY_CONFLICT', error: expect.any(String) } };

describeEachDatabase('a send that is repeated with its Idempotency-Key', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;
  let rows: Repository<MessageEntity>;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    fresh = await database.create();
    const graph = { baseUrl: meta.url, responseTimeout: 30_000 };
    app = await TestApp.start({ meta, database: fresh.options, options: { ...optionsFor(meta), graph } });
    rows = app.get(DataSource).getRepository(MessageEntity);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(async () => {
    meta.clear();
    await rows.clear();
  });

  interface Repeat {
    readonly changes?: object;
    readonly path?: string;
    readonly headers?: Record<string, string>;
    readonly through?: TestApp;
  }
  const send = ({ changes, path = SEND, headers, through = app }: Repeat = {}): Promise<Answer> => {
    const body = {
      phone_number_id: meta.phoneNumber.id,
      template_name: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      recipient_phone: PHONE,
      variables: { name: 'Juan', company: 'Mi Empresa' },
      ...changes,
    };
    return through.call('POST', path, body, { 'idempotency-key': 'order-4711', ...headers });
  };
  const requests = () => meta.requestsTo('/messages', 'POST');

  it('is answered with the same words and sent once', async () => {
    const first = await send();
    expect(first.status).toBe(200);
    const again = await send();
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
    expect(requests()).toHaveLength(1);
    expect(await rows.count()).toBe(1);
  });

  it('is the same request in another spelling of its JSON, with a query, or without the trailing slash', async () => {
    const first = await send();
    const changes = { variables: { company: 'Mi Empresa', name: 'Juan' } };
    for (const repeat of [{ changes }, { path: `${SEND}?trace=1` }, { path: SEND.slice(0, -1) }]) {
      expect((await send(repeat)).body).toEqual(first.body);
    }
    expect(requests()).toHaveLength(1);
  });

  it('is answered by another process, and after later statuses, as it was', async () => {
    const first = await send();
    await rows.updateAll({ status: 'failed', errorCode: '131049', failedAt: new Date() });
    await using another = await TestApp.start({ meta, database: fresh.options });
    expect((await send({ through: another, headers: { 'x-api-key': app.key } })).body).toEqual(first.body);
    expect(requests()).toHaveLength(1);
  });

  it('is answered as it was though the template was paused since', async () => {
    const first = await send();
    const templates = app.get(DataSource).getRepository(TemplateEntity);
    const { id } = await templates.findOneByOrFail({ name: sampleTemplates.named.name });
    await templates.update({ id }, { status: 'PAUSED' });
    const again = await send();
    await templates.update({ id }, { status: 'APPROVED' });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(requests()).toHaveLength(1);
  });

  it('is refused with another body', async () => {
    const first = await send();
    for (const changes of [{ recipient_phone: '+5491187654321' }, { variables: { name: 'Ana', company: 'x' } }]) {
      expect(await send({ changes })).toMatchObject(CONFLICT);
    }
    expect((await send()).body).toEqual(first.body);
    expect(requests()).toHaveLength(1);
  });

  it('is refused while the first is still running', async () => {
    meta.faults.nextSend({ kind: 'silence', when: 'after-accepting' });
    const first = send();
    await meta.waitForMessages(1);
    expect(await send()).toMatchObject(CONFLICT);
    await meta.down();
    await meta.up();
    expect(await first).toMatchObject({ status: 504 });
    expect(requests()).toHaveLength(1);
  });

  it('is sent once when many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send()));
    expect(requests()).toHaveLength(1);
    const sent = answers.filter(({ status }) => status === 200);
    expect(new Set(sent.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    for (const refused of answers.filter(({ status }) => status !== 200)) expect(refused).toMatchObject(CONFLICT);
  });

  it.each([130429, 80007, 131056])('may be tried again after the rate limit %i', async (code) => {
    meta.faults.nextSend({ kind: 'error', code });
    expect(await send()).toMatchObject({ status: 429 });
    const second = await send();
    expect(second).toMatchObject({ status: 200 });
    expect((await send()).body).toEqual(second.body);
    expect(requests()).toHaveLength(2);
    expect(meta.sendsTo(PHONE)).toBe(1);
  });

  it('may be tried again when Meta was not reached', async () => {
    await meta.down();
    expect(await send()).toMatchObject({ status: 502 });
    await meta.up();
    expect(await send()).toMatchObject({ status: 200 });
    expect(meta.sendsTo(PHONE)).toBe(1);
  });

  it.each([
    ['400', { variables: {} }, 400],
    ['404', { template_name: 'nowhere' }, 404],
  ])('may be tried again, and mended, after %s', async (_, changes, status) => {
    expect(await send({ changes })).toMatchObject({ status });
    expect(await send()).toMatchObject({ status: 200 });
    expect(meta.sendsTo(PHONE)).toBe(1);
  });

  it("hears Meta's refusal again without another request", async () => {
    meta.faults.nextSend({ kind: 'error', code: 131026, message: 'Undeliverable', details: 'Not on WhatsApp.' });
    const first = await send();
    expect(first).toMatchObject({ status: 502, body: { code: 'META_ERROR', meta: { code: 131026 } } });
    const again = await send();
    expect(again).toMatchObject({ status: 502, body: first.body });
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(first.body));
    expect(requests()).toHaveLength(1);
  });

  it('hears again that the outcome is unknown, before and after the message was given up', async () => {
    meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    const first = await send();
    expect(first).toMatchObject({ status: 504, body: { code: 'OUTCOME_UNKNOWN', message_id: expect.any(String) } });
    expect(await send()).toMatchObject({ status: 504, body: first.body });
    await rows.updateAll({ status: 'failed', errorCode: 'OUTCOME_UNKNOWN', failedAt: new Date(), lapsesAt: null });
    expect(await send()).toMatchObject({ status: 504, body: first.body });
    expect(requests()).toHaveLength(1);
  });

  it('hears the good news once it is known that the message was sent after all', async () => {
    meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    expect(await send()).toMatchObject({ status: 504 });
    const wamid = meta.messages[0]?.id;
    await rows.updateAll({ status: 'delivered', wamid, sentAt: new Date(), deliveredAt: new Date() });
    expect(await send()).toMatchObject({ status: 200, body: { message_id: wamid, status: 'sent' } });
    expect(requests()).toHaveLength(1);
  });

  it('of a process that died hears of it once the call can no longer be running', async () => {
    await send();
    await rows.updateAll({ status: 'sending', wamid: null, sentAt: null, lapsesAt: new Date(Date.now() + HOUR) });
    expect(await send()).toMatchObject(CONFLICT);
    await rows.updateAll({ lapsesAt: new Date(Date.now() - 1) });
    expect(await send()).toMatchObject({ status: 504, body: { code: 'OUTCOME_UNKNOWN' } });
    expect(await rows.find()).toMatchObject([{ status: 'unconfirmed' }]);
    expect(requests()).toHaveLength(1);
  });

  it('is another request with another API key or at another path', async () => {
    const answers = [await send()];
    const { key } = await app.get(ApiKeysService).create({ name: 'Another key' });
    answers.push(await send({ headers: { 'x-api-key': key } }));
    const options = { ...optionsFor(meta), surfaces: { metaTemplates: { prefix: '/other' } } };
    await using elsewhere = await TestApp.start({ meta, database: fresh.options, options });
    const path = SEND.replace('/api/v1', '/other');
    answers.push(await send({ through: elsewhere, path, headers: { 'x-api-key': app.key } }));
    expect(answers).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
    expect(new Set(answers.map(({ body }) => body.message_id)).size).toBe(3);
  });

  it('is remembered for 24 hours and then a new request', async () => {
    const first = await send();
    const madeBefore = (ms: number) => rows.updateAll({ createdAt: new Date(Date.now() - ms) });
    await madeBefore(24 * HOUR - 60_000);
    expect((await send()).body).toEqual(first.body);
    await madeBefore(24 * HOUR);
    const second = await send({ changes: { variables: { name: 'Ana', company: 'x' } } });
    expect(second).toMatchObject({ status: 200 });
    expect(second.body.message_id).not.toBe(first.body.message_id);
    expect(await rows.countBy({ wamid: first.body.message_id })).toBe(1);
    expect(requests()).toHaveLength(2);
  });
});
