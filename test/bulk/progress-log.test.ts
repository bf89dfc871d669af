import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapturedLog } from '../module/captured-log.js';
import { BulkScene, recipientsOf } from './bulk-scene.js';

describe('what is logged of a bulk send', () => {
  const log = new CapturedLog();
  let meta: GraphApiServer;
  let scene: BulkScene;

  beforeAll(async () => {
    const phoneNumbers = [{ throughput: 1_000, messagingLimit: 'TIER_250' }];
    meta = await GraphApiServer.start({ accounts: [{ phoneNumbers, templates: Object.values(sampleTemplates) }] });
    scene = await BulkScene.start({
      meta,
      options: {
        logger: log,
        accounts: [{ businessAccountId: meta.account.id, accessToken: meta.accessToken }],
      },
    });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await meta.close();
  });

  /** Level and words of each line about it. */
  const linesOf = ({ id }: { readonly id: string }) =>
    log.lines.filter((line) => line.includes(id)).map((line) => line.replace(`Bulk send ${id} `, ''));

  it('is a line when it begins and a line when it ends, however many chunks it has', async () => {
    const bulkSend = await scene.create(recipientsOf(30));
    await scene.ended(bulkSend);
    await expect.poll(() => linesOf(bulkSend)).toEqual(['log begins.', 'log ends COMPLETED: 30 sent, 0 failed.']);
  });

  it('is a line when a person pauses it and a line when it resumes', async () => {
    const bulkSend = await scene.create(recipientsOf(2, 1_000), { scheduledAt: '2099-01-01T00:00:00Z' });
    await scene.bulk.pause(bulkSend.id);
    await scene.bulk.resume(bulkSend.id);
    await scene.bulk.cancel(bulkSend.id);
    await expect
      .poll(() => linesOf(bulkSend))
      .toEqual(['log is paused: Paused by request.', 'log goes on.', 'log ends CANCELLED: 0 sent, 2 failed.']);
  });

  it('says why it waits for the messaging limit, and until when', async () => {
    const bulkSend = await scene.create(recipientsOf(300, 2_000));
    const { waiting } = await scene.until(bulkSend, (then) => then.waiting !== null);
    expect(waiting).toMatchObject({ reason: 'quota' });
    await expect.poll(() => linesOf(bulkSend)[0]).toBe('log begins.');
    await expect
      .poll(() => linesOf(bulkSend))
      .toContainEqual(expect.stringMatching(/^log waits until \d{4}-[\dT:.-]+Z: The messaging limit/));
  });
});
