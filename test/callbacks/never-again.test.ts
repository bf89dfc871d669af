import { expect, it, vi } from 'vitest';
import { closedPort } from '../graph/local-server.js';
import { describeEachDatabase } from '../support/databases.js';
import { CallbacksScene } from './callbacks-scene.js';

const WAIT = { timeout: 30_000, interval: 20 };
const COUNT = 30;

describeEachDatabase('callbacks that are tried once', (database) => {
  it('are each tried, and all sent again once by one call, whatever becomes of them meanwhile', async () => {
    const fresh = await database.create();
    {
      await using scene = await CallbacksScene.start(fresh.options, { callbackRetryDelays: [] });
      const { id } = await scene.workspace('down', await closedPort());
      await scene.put(id, COUNT);
      const failed = { workspaceId: id, status: 'failed' as const };
      await vi.waitUntil(async () => (await scene.deliveries.countBy(failed)) >= 25, WAIT);
      expect(await scene.deliveries.countBy({ ...failed, attempts: 0 })).toBe(0);
      const before = await scene.deliveries.countBy(failed);
      const again = await scene.callbacks.resendFailed({ workspace: 'down' });
      expect([again >= before, again <= COUNT]).toEqual([true, true]);
      await vi.waitUntil(async () => (await scene.deliveries.countBy(failed)) > 0, WAIT);
      expect(await scene.deliveries.countBy({ ...failed, attempts: 0 })).toBe(0);
    }
    await fresh.drop();
  });
});
