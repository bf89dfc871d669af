import { MessagesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { MessageRepository } from '../../lib/messages/message-repository.js';
import { OUTCOME_UNKNOWN } from '../../lib/messages/message-failure.js';
import { newMessage } from '../store/new-message.js';
import { phoneOf, recipientsOf } from '../bulk/bulk-scene.js';
import { welcome } from '../messages/template-inputs.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { at, StatusScene } from './statuses-scene.js';

// Each starts an app or makes a database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

describeEachDatabase('statuses of messages', (database) => {
  let fresh: FreshDatabase;
  let statuses: StatusScene;

  beforeAll(async () => {
    fresh = await database.create();
    statuses = await StatusScene.start({ database: fresh.options });
  });
  afterAll(async () => {
    await statuses[Symbol.asyncDispose]();
    await fresh.drop();
  });
  beforeEach(() => statuses.scene.meta.clear());

  const store = () => statuses.scene.app.get(MessageRepository);

  const sendOne = async () => {
    const { id } = await statuses.scene.app.get(MessagesService).sendTemplate(welcome());
    return statuses.row({ id });
  };

  /** A row whose call is on its way, or whose process died in it. */
  const underWay = () =>
    store().insertSending({
      workspaceId: 1,
      phoneNumberId: statuses.scene.meta.phoneNumber.id,
      type: 'text',
      recipientPhone: '5491112345678',
    });

  const sendBulk = async (count: number) => {
    const bulkSend = await statuses.scene.ended(await statuses.scene.create(recipientsOf(count)));
    return { bulkSend, rows: await statuses.scene.rows(bulkSend) };
  };

  it('let a message climb, with the time of each step', async () => {
    const row = await sendOne();
    await statuses.apply(statuses.item(row, 'delivered'), statuses.item(row, 'sent'));
    expect(await statuses.row(row)).toEqual(
      Object.assign(row, {
        status: 'delivered',
        sentAt: at(1) < (row.sentAt ?? at(0)) ? at(1) : row.sentAt,
        deliveredAt: at(2),
      }),
    );
    await statuses.apply(statuses.item(row, 'read', { attempt: null }));
    expect(await statuses.row(row)).toMatchObject({ status: 'read', deliveredAt: at(2), readAt: at(3) });
  });

  it('tell why a message failed after Meta had taken it', async () => {
    const row = await sendOne();
    await statuses.apply(statuses.item(row, 'failed', { code: 131026 }));
    expect(await statuses.row(row)).toMatchObject({
      status: 'failed',
      failedAt: at(5),
      errorCode: '131026',
      errorMessage: 'Words of 131026',
      errorDetails: 'Details of 131026',
      wamid: row.wamid,
    });
    const other = await sendOne();
    await statuses.apply(statuses.item(other, 'failed'));
    expect(await statuses.row(other)).toMatchObject({ status: 'failed', errorCode: null });
  });

  it('move the counters and the end of bulk sends along, both ways', async () => {
    const { bulkSend, rows } = await sendBulk(10);
    const [first, second] = rows;
    if (!first || !second) throw new Error('There are no rows.');
    expect(bulkSend.status).toBe('COMPLETED');
    await statuses.apply(
      ...rows.map((row) => statuses.item(row, 'sent')),
      ...rows.slice(2).map((row) => statuses.item(row, 'delivered')),
      ...rows.slice(6).map((row) => statuses.item(row, 'read')),
      statuses.item(first, 'failed', { code: 131026 }),
      statuses.item(second, 'failed', { code: 131049 }),
    );
    expect(await statuses.scene.bulk.get(bulkSend.id)).toMatchObject({
      status: 'PARTIAL',
      counts: { pending: 0, sent: 8, delivered: 8, read: 4, failed: 2 },
      errors: [{ code: '131026' }, { code: '131049' }],
      completedAt: bulkSend.completedAt,
    });
    await statuses.apply(statuses.item(first, 'delivered'), statuses.item(second, 'read'));
    expect(await statuses.scene.bulk.get(bulkSend.id)).toMatchObject({
      status: 'COMPLETED',
      counts: { sent: 10, delivered: 10, read: 5, failed: 0 },
      errors: [],
    });
    expect(await statuses.scene.recount(bulkSend)).toEqual(await statuses.scene.reported(bulkSend));
  });

  it('of several bulk sends and single messages are applied together', async () => {
    const [one, other] = [await sendBulk(3), await sendBulk(4)];
    const single = await sendOne();
    const all = [...other.rows, single, ...one.rows];
    await statuses.apply(...all.map((row) => statuses.item(row, 'delivered')));
    for (const { bulkSend, rows } of [one, other]) {
      expect(await statuses.scene.bulk.get(bulkSend.id)).toMatchObject({ counts: { delivered: rows.length } });
    }
    expect(await statuses.row(single)).toMatchObject({ status: 'delivered' });
  });

  it('that overtake the answer of the call settle the message, and the answer changes nothing of that', async () => {
    const row = await underWay();
    await statuses.apply(statuses.item(row, 'delivered', { id: 'wamid.early' }));
    const early = await statuses.row(row);
    expect(early).toMatchObject({
      status: 'delivered',
      wamid: 'wamid.early',
      waId: '5491112345678',
      sentAt: at(2),
      lapsesAt: null,
    });
    const answered = Object.assign({}, early, { messageStatus: 'accepted' });
    await store().recordSent(
      row,
      { wamid: 'wamid.early', waId: '5491112345678', messageStatus: 'accepted' },
      new Date(),
    );
    expect(await statuses.row(row)).toMatchObject(answered);
    await store().recordUnconfirmed(row.id);
    const failure = { errorCode: '1', errorMessage: 'late', errorDetails: null, errorTraceId: null };
    await store().recordFailed(row.id, failure, { releaseKey: false });
    expect(await statuses.row(row)).toMatchObject(answered);
  });

  it('settle what was in doubt, and what was given up', async () => {
    const doubtful = await underWay();
    await store().recordUnconfirmed(doubtful.id);
    await statuses.apply(statuses.item(doubtful, 'sent', { id: 'wamid.proof' }));
    expect(await statuses.row(doubtful)).toMatchObject({ status: 'sent', wamid: 'wamid.proof', lapsesAt: null });

    const givenUp = await underWay();
    const unknown = { errorCode: OUTCOME_UNKNOWN, errorMessage: 'x', errorDetails: null, errorTraceId: null };
    await store().recordFailed(givenUp.id, unknown, { releaseKey: false });
    await statuses.apply(statuses.item(givenUp, 'sent'));
    expect(await statuses.row(givenUp)).toMatchObject({ status: 'sent', errorCode: null, failedAt: null });
  });

  it('prove that doubtful messages of a bulk send were sent, with its counters and its end', async () => {
    const { scene } = statuses;
    for (const index of [1, 2, 3]) {
      scene.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' }, { recipient: phoneOf(index) });
    }
    const bulkSend = await scene.create(recipientsOf(6));
    await scene.until(bulkSend, ({ counts }) => counts.sent === 3 && counts.unconfirmed === 3);
    const doubtful = (await scene.rows(bulkSend)).filter(({ status }) => status === 'unconfirmed');
    const [first, second, third] = doubtful;
    if (!first || !second || !third) throw new Error('Nothing is in doubt.');
    await statuses.apply(statuses.item(first, 'sent'), statuses.item(second, 'read'));
    expect(await scene.bulk.get(bulkSend.id)).toMatchObject({
      status: 'PROCESSING',
      counts: { sent: 5, read: 1, unconfirmed: 1, failed: 0 },
      completedAt: null,
    });
    await statuses.apply(statuses.item(third, 'failed', { code: 131026 }));
    expect(await scene.bulk.get(bulkSend.id)).toMatchObject({
      status: 'PARTIAL',
      counts: { sent: 5, unconfirmed: 0, failed: 1 },
      completedAt: expect.any(Date),
    });
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
  });

  it('of an earlier call, of another number or of another deployment change nothing', async () => {
    const row = await sendOne();
    await statuses.rows.update({ id: row.id }, { attempt: 2 });
    const strangers = [
      statuses.item(row, 'read', { attempt: 1 }),
      { ...statuses.item(row, 'read', { attempt: 2 }), phoneNumberId: '1' },
      { ...statuses.item(row, 'read', { attempt: null }), phoneNumberId: '1' },
      statuses.item(row, 'read', { id: 'wamid.strange', biz_opaque_callback_data: `elsewhere.${row.id}.2` }),
      statuses.item(row, 'read', { id: 'wamid.strange', biz_opaque_callback_data: 'order 4711' }),
    ];
    for (const item of strangers) await statuses.apply(item);
    expect(await statuses.row(row)).toEqual(Object.assign(row, { attempt: 2 }));
    // Its wamid is Meta's word, whoever's callback data it took along.
    await statuses.apply(statuses.item(row, 'read', { biz_opaque_callback_data: 'order 4711' }));
    expect(await statuses.row(row)).toMatchObject({ status: 'read' });
  });

  it('do not touch what customers sent', async () => {
    const inbound = newMessage({
      id: 9_000_001,
      phoneNumberId: statuses.scene.meta.phoneNumber.id,
      direction: 'inbound',
      status: 'received',
      wamid: 'wamid.inbound',
    });
    const row = await statuses.rows.save(statuses.rows.create(inbound));
    await statuses.apply(statuses.item(row, 'read'), statuses.item(row, 'read', { attempt: null }));
    expect(await statuses.row(row)).toMatchObject({ status: 'received', readAt: null });
  });

  it('are asked to the host once each, with the row after them; those of other deployments without one', async () => {
    const row = await sendOne();
    const items = ['sent', 'delivered', 'read'].map((status) => statuses.item(row, status));
    const reported = await statuses.heard(...items, ...items);
    expect(reported.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
    expect(new Set(reported.map(({ id }) => id)).size).toBe(3);
    expect(reported[2]).toMatchObject({
      businessAccountId: statuses.scene.meta.account.id,
      message: { id: row.id, status: 'read', content: row.content },
      raw: { id: row.wamid, status: 'read' },
    });
    expect(await statuses.heard(...items)).toEqual([]);

    const strange = statuses.item(row, 'delivered', { id: 'wamid.strange', biz_opaque_callback_data: 'order 4711' });
    expect(await statuses.heard(strange, strange)).toMatchObject([{ status: 'delivered', message: null }]);
    expect(await statuses.heard(strange)).toEqual([]);
  });
});
