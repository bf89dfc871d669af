import { BulkService, MessageEntity } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { oneAdapter } from '../../support/test-app.js';
import { Acme, someone } from './acme.js';

const SENTENCE = expect.stringMatching(/^[A-Z][^.]+\.$/);
const AT = Date.UTC(2026, 10, 16);
const at = (seconds: number) => new Date(AT + seconds * 1_000);
const iso = (seconds: number) => at(seconds).toISOString();

describe.each(oneAdapter)('GET /messages/:id/status on $adapter', ({ adapter }) => {
  let acme: Acme;

  beforeAll(async () => {
    acme = await Acme.start({ adapter });
  });
  afterAll(() => acme[Symbol.asyncDispose]());

  const rows = () => acme.app.get(DataSource).getRepository(MessageEntity);
  const nothing = { sentAt: null, deliveredAt: null, readAt: null, playedAt: null, failedAt: null };

  it.each<[MessageEntity['status'], Partial<MessageEntity>, string, object]>([
    ['pending', {}, 'pending', {}],
    ['sending', {}, 'pending', {}],
    ['unconfirmed', {}, 'pending', {}],
    ['sent', { sentAt: at(1) }, 'sent', { sent: iso(1), last: iso(1) }],
    [
      'delivered',
      { sentAt: at(1), deliveredAt: at(2) },
      'delivered',
      { sent: iso(1), delivered: iso(2), last: iso(2) },
    ],
    [
      'read',
      { sentAt: at(1), deliveredAt: at(2), readAt: at(3) },
      'read',
      { sent: iso(1), delivered: iso(2), read: iso(3), last: iso(3) },
    ],
    ['played', { sentAt: at(1), playedAt: at(4) }, 'read', { sent: iso(1), read: iso(4), last: iso(4) }],
    ['failed', { failedAt: at(5), errorMessage: 'Undeliverable' }, 'failed', { failed: iso(5), last: iso(5) }],
  ])(
    'describes each possible status of a message that is %s, with its times',
    async (status, fields, reported, { last = iso(0), ...times }: { last?: string }) => {
      const { body } = await acme.send();
      const wamid: string = body.data.message_id;
      await rows().update({ wamid }, { ...nothing, createdAt: at(0), status, ...fields });
      const { id } = await rows().findOneByOrFail({ wamid });
      for (const key of [wamid, id]) {
        const answer = await acme.get(`/messages/${key}/status`);
        expect(answer).toMatchObject({ status: 200 });
        expect(answer.body).toEqual({
          status: 'success',
          message: 'Message status retrieved successfully',
          data: {
            message_id: wamid,
            delivery_status: reported,
            error_message: status === 'failed' ? 'Undeliverable' : null,
            pricing: null,
            source: 'api',
            last_updated: last,
            statuses: {
              pending: SENTENCE,
              sent: SENTENCE,
              delivered: SENTENCE,
              read: SENTENCE,
              failed: SENTENCE,
            },
            times: { pending: iso(0), sent: null, delivered: null, read: null, failed: null, ...times },
          },
        });
      }
    },
  );

  it('tells of a message of a bulk send, too', async () => {
    const { name, language } = sampleTemplates.plain;
    const recipients = [{ phone: someone() }];
    const bulk = acme.app.get(BulkService);
    const { id } = await bulk.create({ workspace: 'acme', template: name, language, recipients });
    await vi.waitFor(
      async () => expect(await bulk.get(id, { workspace: 'acme' })).toMatchObject({ counts: { sent: 1 } }),
      {
        timeout: 20_000,
      },
    );
    const message = await rows().findOneByOrFail({ bulkSendId: id });
    expect((await acme.get(`/messages/${message.wamid}/status`)).body.data).toMatchObject({ source: 'campaign' });
  });
});
