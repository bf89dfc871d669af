import { Deployment } from '../library/deployment.js';
import { unlimited } from '../stand-in/start.js';
import { type Speed, speedOf } from './speed.js';

/** More than any machine can send. */
const UNLIMITED = 1_000_000;

/** The speed of one process with the library. */
export async function speedOfLibrary(count: number): Promise<Speed> {
  await using deployment = await Deployment.prepare([unlimited]);
  const { standIn, database } = deployment;
  const sender = await deployment.startWorker({ messagesPerSecond: UNLIMITED });
  const { phoneNumberIds } = await standIn.call('access');
  return await speedOf({ count, sender, standIn, database, table: 'whatsapp_messages' }, () =>
    sender.call('create', { phoneNumberId: phoneNumberIds[0] ?? '', count }),
  );
}
