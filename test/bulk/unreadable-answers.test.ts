import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

describe('a bulk send with answers that have ids of another type', () => {
  let scene: BulkScene;

  beforeEach(async () => {
    scene = await BulkScene.start();
  });
  afterEach(() => scene[Symbol.asyncDispose]());

  it.each([
    ['messages', '{"messages":[{"id":5}]}'],
    ['people', '{"messages":[{"id":"wamid.1"}],"contacts":[{"input":"1","wa_id":5491112345678}]}'],
  ])('of %s sends to each recipient once, and has nothing to send again', async (_, body) => {
    const headers = { 'Content-Type': 'application/json' };
    scene.meta.faults.nextSend(
      { kind: 'status', status: 200, body, headers, when: 'after-accepting' },
      { times: Infinity },
    );
    const bulkSend = await scene.create(recipientsOf(20));
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 20, failed: 0 } });
    expect(await scene.bulk.retry(bulkSend.id)).toMatchObject({ retried: 0 });
    for (let index = 0; index < 20; index += 1) expect(scene.meta.sendsTo(phoneOf(index))).toBe(1);
    expect(await scene.reported(bulkSend)).toEqual(await scene.recount(bulkSend));
  });

  it('is in doubt where an answer has no id, and sends nothing again by itself', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const fault = { kind: 'status', status: 200, body: '{"messages":[{}]}', headers, when: 'after-accepting' } as const;
    scene.meta.faults.nextSend(fault, { times: 3 });
    const bulkSend = await scene.create(recipientsOf(20));
    const doubtful = await scene.until(bulkSend, ({ counts }) => counts.sent + counts.unconfirmed === 20);
    expect(doubtful).toMatchObject({ counts: { sent: 17, unconfirmed: 3, failed: 0 } });
    expect(await scene.bulk.retry(bulkSend.id)).toMatchObject({ retried: 0 });
    expect(scene.meta.messageCount).toBe(20);
  });
});
