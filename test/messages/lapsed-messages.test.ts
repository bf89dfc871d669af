import { MessagesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource, type Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MessageEntity, type MessageStatus } from '../../lib/messages/message.entity.js';
import { MessageRepository } from '../../lib/messages/message-repository.js';
import { newMessage } from '../store/new-message.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { HeldCalls } from './held-calls.js';
import { welcome } from './template-inputs.js';

// Each starts an app or makes a database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const UNCONFIRMED_AFTER = 7 * 60_000;
const ACCEPTANCE = { wamid: 'wamid.late', waId: '5491112345678', messageStatus: 'accepted' };
const REFUSAL = { errorCode: '131026', errorMessage: 'Message undeliverable', errorDetails: null, errorTraceId: 'A1' };

const ago = (ms: number) => new Date(Date.now() - ms);

describeEachDatabase('a message that a process left in the middle of a call', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;
  let store: MessageRepository;
  let rows: Repository<MessageEntity>;
  const calls = new HeldCalls();

  const start = () => {
    const graph = { baseUrl: meta.url, dispatcher: calls.dispatcher, connectTimeout: 5_000, responseTimeout: 30_000 };
    const options = { ...optionsFor(meta), graph, unconfirmedAfter: UNCONFIRMED_AFTER };
    return TestApp.start({ meta, database: fresh.options, options });
  };

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    fresh = await database.create();
    app = await start();
    store = app.get(MessageRepository);
    rows = app.get(DataSource).getRepository(MessageEntity);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await calls.close();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(async () => {
    meta.clear();
    await rows.clear();
  });

  /** A row as a process leaves it that dies between writing it and hearing from Meta. */
  const leaveBehind = (): Promise<MessageEntity> =>
    store.insertSending({ workspaceId: 1, phoneNumberId: '813400', type: 'text', recipientPhone: '5491112345678' });
  const lapse = (row: Pick<MessageEntity, 'id'>) => rows.update({ id: row.id }, { lapsesAt: ago(1) });
  const now = (row: Pick<MessageEntity, 'id'>) => store.get(row.id);

  /** Sends, and freezes the process right before it calls Meta, for so long that others give the message up. */
  async function sendFrozen(lapses: number): Promise<{ thaw: () => void; outcome: Promise<unknown> }> {
    const held = calls.next();
    const sending = app.get(MessagesService).sendTemplate(welcome());
    const outcome = sending.catch((error: unknown) => error);
    const thaw = await held;
    for (let count = 0; count < lapses; count += 1) {
      await lapse(await rows.findOneByOrFail({}));
      await store.settleExpired();
    }
    return { thaw, outcome };
  }

  it('stays sending for as long as the call may take', async () => {
    const row = await leaveBehind();
    await store.settleExpired();
    expect(await now(row)).toMatchObject({ status: 'sending', lapsesAt: row.lapsesAt });
    // The call may wait 5 seconds for a connection, 30 for a free one and 30 for the answer.
    expect(row.lapsesAt?.getTime()).toBeGreaterThan(row.createdAt.getTime() + 65_000);
  });

  it('becomes unconfirmed, and then waits for proof for as long as the options say', async () => {
    const row = await leaveBehind();
    const before = Date.now();
    await lapse(row);
    await store.settleExpired();
    const unconfirmed = await now(row);
    expect(unconfirmed).toMatchObject({ status: 'unconfirmed', errorCode: null, failedAt: null });
    expect(unconfirmed.lapsesAt?.getTime()).toBeGreaterThanOrEqual(before + UNCONFIRMED_AFTER);
    expect(unconfirmed.lapsesAt?.getTime()).toBeLessThanOrEqual(Date.now() + UNCONFIRMED_AFTER);
    await store.settleExpired();
    expect(await now(row)).toEqual(unconfirmed);
  });

  it('fails as OUTCOME_UNKNOWN when no proof came, and stays so', async () => {
    const row = await leaveBehind();
    await store.recordUnconfirmed(row.id);
    await lapse(row);
    await store.settleExpired();
    const failed = await now(row);
    expect(failed).toMatchObject({
      status: 'failed',
      errorCode: 'OUTCOME_UNKNOWN',
      errorMessage: expect.any(String),
      failedAt: expect.any(Date),
      lapsesAt: null,
    });
    await store.settleExpired();
    expect(await now(row)).toEqual(failed);
  });

  it('is settled by any process that runs, without being asked, and not sent again', async () => {
    const row = await leaveBehind();
    await lapse(row);
    await using another = await start();
    await expect.poll(async () => (await now(row)).status, { timeout: 10_000 }).toBe('unconfirmed');
    expect(another.meta.requestsTo('/messages', 'POST')).toEqual([]);
  });

  describe('that was only frozen', () => {
    it.each([
      ['unconfirmed', 1],
      ['failed', 2],
    ])('is sent when Meta takes it after it was called %s', async (status, lapses) => {
      const { thaw, outcome } = await sendFrozen(lapses);
      expect(await rows.find()).toMatchObject([{ status }]);
      thaw();
      expect(await outcome).toMatchObject({ status: 'sent', wamid: meta.messages[0]?.id });
      expect(await rows.find()).toMatchObject([
        {
          status: 'sent',
          sentAt: expect.any(Date),
          failedAt: null,
          errorCode: null,
          errorMessage: null,
          lapsesAt: null,
        },
      ]);
    });

    it('is failed, with the reason, when Meta refuses it after it was called unconfirmed', async () => {
      const { thaw, outcome } = await sendFrozen(1);
      meta.faults.nextSend({ kind: 'error', code: 131026 });
      thaw();
      expect(await outcome).toMatchObject({ metaCode: 131026 });
      expect(await rows.find()).toMatchObject([
        { status: 'failed', errorCode: '131026', failedAt: expect.any(Date), lapsesAt: null },
      ]);
    });
  });

  const SETTLED: MessageStatus[] = ['sent', 'delivered', 'read', 'played'];
  it.each(SETTLED)('is not moved down from %s, whatever is heard late', async (status) => {
    await rows.insert(newMessage({ id: 5, status, wamid: 'wamid.first', sentAt: ago(60_000), lapsesAt: ago(1) }));
    const before = await now({ id: 5 });
    await store.recordSent({ id: 5, recipientPhone: before.recipientPhone }, ACCEPTANCE, new Date());
    await store.recordUnconfirmed(5);
    await store.recordFailed(5, REFUSAL, { releaseKey: true });
    await store.settleExpired();
    expect(await now({ id: 5 })).toEqual(before);
  });

  it('that Meta refused stays failed', async () => {
    const row = await leaveBehind();
    await store.recordFailed(row.id, REFUSAL, { releaseKey: false });
    const failed = await now(row);
    await store.recordSent(row, ACCEPTANCE, new Date());
    await store.recordUnconfirmed(row.id);
    await store.settleExpired();
    expect(await now(row)).toEqual(failed);
  });
});
