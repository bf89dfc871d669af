import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SendingPauses } from '../../lib/accounts/sending-pauses.js';
import { StatusScene } from '../webhooks/statuses-scene.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

describe('a bulk send with calls that Meta does not answer', () => {
  let scene: BulkScene;

  const start = async (unconfirmedAfter: number) => {
    scene = await BulkScene.start({ options: { unconfirmedAfter } });
  };
  beforeEach(() => start(600_000));
  afterEach(() => scene[Symbol.asyncDispose]());

  const UNDER_MAINTENANCE = { scope: 'number', code: '131057', message: 'Under maintenance.', until: null } as const;

  const unanswered = (index: number, when: 'after-accepting' | 'before-accepting' = 'after-accepting') =>
    scene.meta.faults.nextSend({ kind: 'reset', when }, { recipient: phoneOf(index) });

  it('waits while Meta is out of reach, and resumes when it is back: no message fails', async () => {
    // Whatever is looked up first is known already.
    await scene.ended(await scene.create(recipientsOf(1, 500)));
    await scene.meta.down();
    const bulkSend = await scene.create(recipientsOf(60));
    const { waiting } = await scene.until(bulkSend, (then) => then.waiting !== null);
    expect(waiting).toEqual({
      reason: 'meta_unavailable',
      until: expect.any(Date),
      message: expect.stringContaining('Meta was not reached'),
    });
    expect(await scene.reported(bulkSend)).toMatchObject({ counts: { pending: 60, failed: 0, unconfirmed: 0 } });
    await scene.meta.up();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 60 }, waiting: null });
    for (let index = 0; index < 60; index += 1) expect(scene.meta.sendsTo(phoneOf(index))).toBe(1);
    expect((await scene.rows(bulkSend)).filter(({ retries }) => retries > 0)).toEqual([]);
  });

  it('does not send again what may have been sent, and is not done while that is in doubt', async () => {
    unanswered(1);
    unanswered(2, 'before-accepting');
    const bulkSend = await scene.create(recipientsOf(10));
    const doubtful = await scene.until(bulkSend, ({ counts }) => counts.sent === 8 && counts.unconfirmed === 2);
    expect(doubtful).toMatchObject({
      status: 'PROCESSING',
      counts: { pending: 0, failed: 0 },
      progress: 80,
      completedAt: null,
      errors: [],
    });
    for (const index of [1, 2]) {
      expect(await scene.row(bulkSend, index)).toMatchObject({
        status: 'unconfirmed',
        attempt: 1,
        lapsesAt: expect.any(Date),
      });
    }
    // Nothing of it is sent any more, though it is looked after again.
    await scene.passTime();
    await scene.ended(await scene.create(recipientsOf(5, 100)));
    expect([1, 2].map((index) => scene.meta.sendsTo(phoneOf(index)))).toEqual([1, 0]);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
  });

  it('fails with OUTCOME_UNKNOWN where proof does not come in time', async () => {
    await scene[Symbol.asyncDispose]();
    await start(200);
    unanswered(1);
    unanswered(2, 'before-accepting');
    const bulkSend = await scene.create(recipientsOf(10));
    expect(await scene.ended(bulkSend)).toMatchObject({
      status: 'PARTIAL',
      counts: { sent: 8, unconfirmed: 0, failed: 2 },
      errors: [{ code: 'OUTCOME_UNKNOWN', message: expect.any(String), count: 2 }],
    });
    expect(await scene.row(bulkSend, 1)).toMatchObject({ status: 'failed', sentAt: null, lapsesAt: null });
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));

    expect(await scene.bulk.retry(bulkSend.id)).toMatchObject({ retried: 0, bulkSend: { status: 'PARTIAL' } });
    const { retried } = await scene.bulk.retry(bulkSend.id, { includeUnknown: true });
    expect(retried).toBe(2);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 10, failed: 0 } });
    expect([1, 2].map((index) => scene.meta.sendsTo(phoneOf(index)))).toEqual([2, 1]);
    const attempts = scene.meta.messagesTo(phoneOf(1)).map(({ body }) => body['biz_opaque_callback_data']);
    expect(attempts).toEqual([expect.stringMatching(/\.1$/), expect.stringMatching(/\.2$/)]);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
  });

  it('leaves no chunk where proof comes while a message waits to be sent again', async () => {
    await scene[Symbol.asyncDispose]();
    await using statuses = await StatusScene.start({ options: { unconfirmedAfter: 200 } });
    ({ scene } = statuses);
    unanswered(1);
    const bulkSend = await scene.ended(await scene.create(recipientsOf(3)));
    const [subjectId = ''] = scene.meta.account.phoneNumbers.map(({ id }) => id);
    await scene.app.get(SendingPauses).pause({ ...UNDER_MAINTENANCE, subjectId });
    await scene.bulk.retry(bulkSend.id, { includeUnknown: true });
    const row = await scene.row(bulkSend, 1);
    expect(row).toMatchObject({ status: 'pending', attempt: 1 });
    await statuses.apply(statuses.item(row, 'sent'));
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 3, failed: 0 } });
    expect(scene.meta.sendsTo(phoneOf(1))).toBe(1);
    expect(await scene.stored()).toMatchObject({ chunks: 0 });
    await start(600_000);
  });

  it('does not wait for an answer for ever', async () => {
    const { meta } = scene;
    const graph = { baseUrl: meta.url, responseTimeout: 500 };
    await using impatient = await BulkScene.start({ meta, options: { graph } });
    meta.faults.nextSend({ kind: 'silence' }, { recipient: phoneOf(1) });
    meta.faults.nextSend({ kind: 'status', status: 502, when: 'after-accepting' }, { recipient: phoneOf(2) });
    const bulkSend = await impatient.create(recipientsOf(10));
    const { counts } = await impatient.until(bulkSend, (then) => then.counts.sent + then.counts.unconfirmed === 10);
    expect(counts).toMatchObject({ sent: 8, unconfirmed: 2 });
  });
});
