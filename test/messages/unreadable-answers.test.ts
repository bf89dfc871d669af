import { MessageEntity, MessagesService } from 'nestjs-whatsapp';
import { type Fault, GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource, type Repository } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { METERS } from '../../lib/meters.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { welcome } from './template-inputs.js';

const after = { when: 'after-accepting' } as const;

/** Meta takes the message, and answers 200 with this. */
const answers = (body: string, type = 'application/json', headers = {}): Fault => ({
  kind: 'status',
  status: 200,
  body,
  headers: { 'Content-Type': type, ...headers },
  ...after,
});

const json = (body: unknown): Fault => answers(JSON.stringify(body));

describe('an answer of Meta’s to a message', () => {
  let meta: GraphApiServer;
  let app: TestApp;
  let rows: Repository<MessageEntity>;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    const graph = { baseUrl: meta.url, responseTimeout: 1_000 };
    app = await TestApp.start({ meta, options: { ...optionsFor(meta), graph } });
    rows = app.get(DataSource).getRepository(MessageEntity);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
  });
  afterEach(async () => {
    // One that is read ends the run of those that were not.
    meta.faults.clear();
    await app.get(MessagesService).sendTemplate(welcome());
    meta.clear();
    await rows.clear();
  });

  const send = async (fault: Fault): Promise<MessageEntity> => {
    meta.faults.nextSend(fault);
    await app
      .get(MessagesService)
      .sendTemplate(welcome({ idempotency: 'order-1' }))
      .catch((error: unknown) => expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN' }));
    return rows.findOneByOrFail({});
  };

  it.each<[string, Fault]>([
    ['has no message', json({ messaging_product: 'whatsapp' })],
    ['has an empty list of messages', json({ messages: [] })],
    ['has messages that are no list', json({ messages: { id: 'wamid.1' } })],
    ['has null in place of a message', json({ messages: [null] })],
    ['has an empty id', json({ messages: [{ id: '' }] })],
    ['has an object in place of the id', json({ messages: [{ id: { value: 'wamid.1' } }] })],
    ['has true in place of the id', json({ messages: [{ id: true }] })],
    ['is a list', json([{ messages: [{ id: 'wamid.1' }] }])],
    ['is null', json(null)],
    ['says that it did not succeed, and nothing else', json({ success: false, messages: [{ id: 'wamid.1' }] })],
    ['is nested without end', answers('['.repeat(1_000_000))],
    ['is HTML', answers('<html>Welcome</html>', 'text/html')],
    ['is empty', answers('')],
    ['is said to be gzip and is not', answers('{"messages":[{"id":"wamid.1"}]', 'x', { 'Content-Encoding': 'gzip' })],
    ['is the page of a proxy', { kind: 'status', status: 502, ...after }],
    ['breaks off', { kind: 'cut', ...after }],
    ['drips', { kind: 'drip', ms: 100, ...after }],
    ['does not come', { kind: 'silence', ...after }],
    ['is a reset', { kind: 'reset', ...after }],
  ])('that %s leaves it in doubt, and the same request is not sent again', async (_, fault) => {
    expect(await send(fault)).toMatchObject({ status: 'unconfirmed', wamid: null, attempt: 1 });
    expect(await send(fault)).toMatchObject({ status: 'unconfirmed' });
    expect(meta.messageCount).toBe(1);
  });

  it.each([
    ['a number', '{"messages":[{"id":5}],"contacts":[{"wa_id":5491112345678}]}', '5', '5491112345678'],
    [
      'a number that no double holds',
      '{"messages":[{"id":90071992547409931234567890}],"contacts":[{"wa_id":90071992547409931}]}',
      '90071992547409931234567890',
      '90071992547409931',
    ],
    ['a text', '{"messages":[{"id":"wamid.1"}],"contacts":[{"wa_id":"549"}]}', 'wamid.1', '549'],
    ['a text of digits', '{"messages":[{"id":"007"}]}', '007', null],
    ['a text next to invalid contacts', '{"messages":[{"id":"wamid.1"}],"contacts":5}', 'wamid.1', null],
    ['a text next to an odd contact', '{"messages":[{"id":"wamid.1"}],"contacts":[{"wa_id":[]}]}', 'wamid.1', null],
    ['a text next to an odd status', '{"messages":[{"id":"wamid.1","message_status":[5]}]}', 'wamid.1', null],
  ])('with ids that come as %s is accepted as it is', async (_, body, wamid, waId) => {
    expect(await send(answers(body))).toMatchObject({ status: 'sent', wamid, waId, messageStatus: null });
  });

  it('counts also when the metrics fail', async () => {
    const meters = app.app.get<{ sent: () => void }>(METERS, { strict: false });
    const { sent } = meters;
    meters.sent = () => {
      throw new Error('The registry is gone.');
    };
    try {
      expect(await send({ kind: 'delay', ms: 0 })).toMatchObject({ status: 'sent' });
    } finally {
      meters.sent = sent;
    }
  });
});
