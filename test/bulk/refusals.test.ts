import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PACER } from '../../lib/pacing/pacer.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

const SECOND = 1_000;

describe('a message of a bulk send that Meta refuses', () => {
  let scene: BulkScene;

  beforeEach(async () => {
    scene = await BulkScene.start({ options: { pauseAfterFailures: 5 } });
  });
  afterEach(() => scene[Symbol.asyncDispose]());

  const refuse = (code: number, index?: number, times = 1) =>
    scene.meta.faults.nextSend(
      { kind: 'error', code },
      { times, ...(index !== undefined && { recipient: phoneOf(index) }) },
    );
  const requestsFor = (index: number) =>
    scene.meta.requests.filter(({ body }) => JSON.stringify(body)?.includes(phoneOf(index)));

  it.each([131000, 131016, 2])('is tried again when that may pass, code %i, while others go on', async (code) => {
    refuse(code, 1, 2);
    const bulkSend = await scene.create(recipientsOf(20));
    for (const tries of [1, 2]) {
      const row = await scene.row(bulkSend, 1, ({ retries }) => retries === tries);
      expect(row).toMatchObject({ status: 'pending', attempt: tries, errorCode: null });
      expect(row.nextAttemptAt?.getTime()).toBeGreaterThan(row.createdAt.getTime() + SECOND);
      await scene.until(bulkSend, ({ counts }) => counts.sent === 19);
      expect(await scene.bulk.get(bulkSend.id)).toMatchObject({ status: 'PROCESSING', counts: { pending: 1 } });
      await scene.passTime();
    }
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 20 } });
    expect(await scene.row(bulkSend, 1)).toMatchObject({ attempt: 3, errorCode: null, nextAttemptAt: null });
    expect(scene.meta.sendsTo(phoneOf(1))).toBe(1);
  });

  it.each([
    [2, 5],
    [131016, 5],
    [131000, 4],
    [1, 3],
  ])('fails with code %i after %i tries, with Meta’s code and words', async (code, tries) => {
    refuse(code, 1, Infinity);
    const bulkSend = await scene.create(recipientsOf(3));
    for (let retries = 1; retries < tries; retries += 1) {
      await scene.row(bulkSend, 1, (row) => row.retries === retries && row.status === 'pending');
      await scene.passTime();
    }
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'PARTIAL', counts: { sent: 2, failed: 1 } });
    expect(await scene.row(bulkSend, 1)).toMatchObject({
      status: 'failed',
      errorCode: String(code),
      errorMessage: expect.stringMatching(/\w+/),
      attempt: tries,
    });
    expect(requestsFor(1)).toHaveLength(tries);
  });

  it('waits a second and goes on by itself', async () => {
    refuse(2, 1);
    const bulkSend = await scene.create(recipientsOf(3));
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
    const [first, second] = requestsFor(1).map(({ receivedAt }) => receivedAt.getTime());
    expect((second ?? NaN) - (first ?? NaN)).toBeGreaterThanOrEqual(SECOND);
  });

  it('for the pair rate is deferred alone, for a second at first, then four', async () => {
    refuse(131056, 1, 2);
    const bulkSend = await scene.create(recipientsOf(20));
    for (const [tries, seconds] of [1, 4].entries()) {
      const { nextAttemptAt } = await scene.row(bulkSend, 1, ({ retries }) => retries === tries + 1);
      const receivedAt = requestsFor(1)[tries]?.receivedAt.getTime() ?? NaN;
      const wait = (nextAttemptAt?.getTime() ?? NaN) - receivedAt;
      expect(wait).toBeGreaterThanOrEqual(seconds * SECOND);
      expect(wait).toBeLessThan((seconds + 3) * SECOND);
      expect(await scene.until(bulkSend, ({ counts }) => counts.sent === 19)).toMatchObject({ waiting: null });
      if (tries > 0) await scene.passTime();
    }
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 20 } });
  });

  it('for the throughput slows the number down, and fails no message', async () => {
    const pacer = scene.app.app.get(PACER, { strict: false });
    const number = { phoneNumberId: scene.meta.phoneNumber.id, throughput: 1_000 };
    refuse(130429, undefined, 8);
    const bulkSend = await scene.create(recipientsOf(60));
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 60 }, errors: [] });
    expect(scene.meta.refusals.get(130429)).toBe(8);
    // A quarter if refusals came more than two seconds apart.
    const pace = await pacer.paceOf(number);
    expect(pace).toBeLessThanOrEqual(475);
    expect(pace).toBeGreaterThanOrEqual(950 / 16);
    expect((await scene.rows(bulkSend)).filter(({ retries }) => retries > 0)).toEqual([]);
    expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
  });

  it.each([131026, 131030, 131021, 131047, 132005, 999_999])(
    'for good, code %i, fails alone and is not tried again',
    async (code) => {
      refuse(code, 1, Infinity);
      const bulkSend = await scene.create(recipientsOf(5));
      expect(await scene.ended(bulkSend)).toMatchObject({
        status: 'PARTIAL',
        counts: { sent: 4, failed: 1 },
        errors: [{ code: String(code), message: expect.any(String), count: 1 }],
        waiting: null,
      });
      expect(await scene.row(bulkSend, 1)).toMatchObject({ errorCode: String(code), errorMessage: expect.any(String) });
      expect(requestsFor(1)).toHaveLength(1);
    },
  );

  it('with one error many times in a row has the bulk send paused, instead of burning the list', async () => {
    refuse(131026, undefined, Infinity);
    const bulkSend = await scene.create(recipientsOf(600));
    const paused = await scene.until(bulkSend, ({ status }) => status === 'PAUSED');
    expect(paused.waiting).toEqual({
      reason: 'paused',
      until: null,
      message: expect.stringMatching(/^\d+ messages in a row failed with 131026: .+/),
    });
    scene.meta.faults.clear();
    // What was on its way still comes in, and would have it paused again.
    await scene.untilNobodySends();
    await scene.bulk.resume(bulkSend.id);
    const ended = await scene.ended(bulkSend);
    expect(ended).toMatchObject({ status: 'PARTIAL', counts: { pending: 0 } });
    expect(ended.counts.failed).toBeLessThan(600);
    expect(ended.counts.sent).toBeGreaterThan(0);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
  });

  it('pauses nothing while errors differ or others go out', async () => {
    for (let index = 0; index < 40; index += 1) {
      if (index % 4 !== 3) refuse(index % 2 === 0 ? 131026 : 131021, index);
    }
    const bulkSend = await scene.create(recipientsOf(40));
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'PARTIAL', counts: { sent: 10, failed: 30 } });
  });
});
