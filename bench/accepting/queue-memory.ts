import type { Deployment } from '../library/deployment.js';
import { untilReached } from '../stand-in/until-reached.js';

/** Messages that are sent meanwhile, at the usual 80 a second: enough time to fill the queue. */
const SENT = 400;

/** The most bytes that Redis holds while a worker begins to send what is waiting. */
export async function queueMemory(deployment: Deployment): Promise<number> {
  let most = 0;
  await deployment.startWorker();
  await untilReached(SENT, 'Sending', async () => {
    most = Math.max(most, await deployment.redis.usedMemory());
    return deployment.standIn.call('accepted');
  });
  return most;
}
