import { join } from 'node:path';
import { Child } from '../processes/child.js';
import { connections } from '../settings.js';
import { rateOf } from '../stand-in/arrivals.js';
import { startStandIn, unlimited } from '../stand-in/start.js';
import type { Speed } from './speed.js';
import type { BareLoop, BareLoopOptions } from './bare-loop.process.js';

/** The speed of a bare loop. */
export async function speedOfBareLoop(count: number): Promise<Speed> {
  await using standIn = await startStandIn(unlimited);
  const meta = await standIn.call('access');
  const options: BareLoopOptions = { meta, connections };
  await using loop = await Child.start<BareLoop>(join(__dirname, 'bare-loop.process.js'), options);
  const before = await loop.processorTime();
  await loop.call('send', count);
  const after = await loop.processorTime();
  const accepted = rateOf(await standIn.call('arrivals', meta.phoneNumberIds[0] ?? ''));
  return { accepted, stored: accepted, cost: (after - before) / count };
}
