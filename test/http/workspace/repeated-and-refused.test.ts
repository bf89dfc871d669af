import { ContactEntity, ContactsService, ConversationEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileOf } from '../../media/sample-files.js';
import { oneAdapter, type Answer } from '../../support/test-app.js';
import { Acme, someone } from './acme.js';
import { postForm } from './forms.js';
import { order } from './template-requests.js';

type Send = (phone: string, headers?: Record<string, string>) => Promise<Answer>;

const IMAGE = { media_type: 'image', media_url: 'https://example.com/a.png' };

let people = 0;

/** Someone known by a user id alone, without a message so far. */
const user = (): string => `US.1349120865530274${(people += 1) + 1_000}`;

describe.each(oneAdapter)('Sends on $adapter', ({ adapter }) => {
  let acme: Acme;

  beforeAll(async () => {
    acme = await Acme.start({ adapter });
  });
  afterAll(() => acme[Symbol.asyncDispose]());
  beforeEach(() => acme.meta.clear());

  const contacts = () => acme.app.get(ContactsService);
  const counts = async () => {
    const { manager } = acme.app.get(DataSource);
    return [await manager.count(ContactEntity), await manager.count(ConversationEntity)];
  };
  const text: Send = (phone_number, headers) => acme.send({ phone_number }, headers);
  const media: Send = (phone_number, headers) => acme.post('/messages/media', { ...IMAGE, phone_number }, headers);
  const file: Send = (phone_number, headers) =>
    postForm(
      acme,
      '/messages/media',
      [
        ['phone_number', phone_number],
        ['media_type', 'image'],
        ['media_file', { file: fileOf('png'), name: 'a.png' }],
      ],
      headers,
    );
  const template: Send = (phone_number, headers) =>
    acme.post('/messages/template', order({ phone_number, contact: { firstname: 'Ana' } }), headers);
  const kinds = { text, media, file, template };
  const each = Object.entries(kinds);

  it.each(each)('of a %s file no one who is blocked', async (_, send) => {
    const phone = someone();
    const { body } = await acme.post('/contacts', { firstname: 'Eva', phone });
    await acme.app.get(DataSource).getRepository(ContactEntity).update(body.data.id, { blockedAt: new Date() });
    expect(await acme.call('DELETE', `/contacts/${body.data.id}`)).toMatchObject({ status: 200 });
    const before = await counts();
    expect(await send(phone)).toMatchObject({ status: 409, body: { code: 'RECIPIENT_BLOCKED' } });
    expect([await counts(), await contacts().lookup(phone, { workspace: 'acme' })]).toEqual([before, null]);
    // For the other tests: looking for blocks is skipped where there are none.
    await acme.app.get(DataSource).getRepository(ContactEntity).update(body.data.id, { blockedAt: null });
  });

  it.each(each)('of a %s bring no one back who was erased, when their key is repeated', async (kind, send) => {
    const [phone, headers] = [someone(), { 'idempotency-key': `erased ${kind}` }];
    const { body } = await send(phone, headers);
    await contacts().erase(body.data.contact_id, { workspace: 'acme' });
    const before = await counts();
    expect(await send(phone, headers)).toEqual({
      status: 409,
      headers: expect.anything(),
      body: { status: 'error', message: expect.stringContaining('erased'), code: 'MESSAGE_ERASED' },
    });
    expect([await counts(), acme.sent.length]).toEqual([before, 1]);
  });

  it.each(each)('of a %s leave out of the contacts who was deleted, when their key is repeated', async (kind, send) => {
    const [phone, headers] = [someone(), { 'idempotency-key': `deleted ${kind}` }];
    const first = await send(phone, headers);
    await contacts().delete(first.body.data.contact_id, { workspace: 'acme' });
    expect(await send(phone, headers)).toMatchObject({ status: 200, body: first.body });
    expect(await contacts().lookup(phone, { workspace: 'acme' })).toBeNull();
  });

  it.each(Object.entries({ text, media, file }))('of a %s take user ids, and report them again', async (kind, send) => {
    const [phone, headers] = [user(), { 'idempotency-key': `user ${kind}` }];
    const first = await send(phone, headers);
    expect(first).toMatchObject({ status: 200, body: { data: { phone, contact_created: true } } });
    expect(await send(phone, headers)).toMatchObject({ status: 200, body: first.body });
    expect(await send(phone)).toMatchObject({ status: 200, body: { data: { contact_created: false } } });
    expect(acme.sent).toHaveLength(2);
  });

  it('of a template look it and their key up once', async () => {
    const statements: string[] = [];
    const { logger } = acme.app.get(DataSource);
    const spy = vi.spyOn(logger, 'logQuery').mockImplementation((sql) => void statements.push(sql));
    const having = (words: RegExp) => statements.filter((sql) => words.test(sql)).length;
    // The template is also held in memory, but for a moment after a change.
    await vi.waitFor(
      async () => {
        statements.length = 0;
        const headers = { 'idempotency-key': `statements ${(people += 1)}` };
        expect(await template(someone(), headers)).toMatchObject({ status: 200 });
        expect(having(/idempotency_key"? = /)).toBe(1);
        expect(having(/FROM "whatsapp_templates"/)).toBeLessThanOrEqual(1);
      },
      { timeout: 10_000, interval: 200 },
    );
    spy.mockRestore();
  });
});
