import type { Child } from '../processes/child.js';
import type { Api } from '../processes/serve.js';
import type { Database } from '../servers/postgres.js';
import { rateOf } from '../stand-in/arrivals.js';
import { untilEverybodyHasOne, untilReached } from '../stand-in/until-reached.js';
import type { StandIn } from '../stand-in/stand-in.process.js';

/** How fast messages were sent, and at what cost. */
export interface Speed {
  /** Messages per second from the first to the last that Meta accepted. */
  readonly accepted: number;
  /** The same until every outcome was in the database; without one the same. */
  readonly stored: number;
  /** Processor time of the sending process a message, in milliseconds. */
  readonly cost: number;
}

/** Has a process send `count` messages, and waits until all are accepted and their outcomes are rows of `table`. */
export async function speedOf<T extends Api>(
  { count, sender, standIn, database, table }: Measurement<T>,
  send: () => Promise<void>,
): Promise<Speed> {
  await send();
  // What was done before the first message is not sending; a few may be out by now.
  const before = await sender.processorTime();
  await untilEverybodyHasOne(count, standIn);
  await untilReached(count, 'Storing', () => database.sentRows(table));
  const storedAt = Date.now();
  const after = await sender.processorTime();
  const { phoneNumberIds } = await standIn.call('access');
  const arrivals = await standIn.call('arrivals', phoneNumberIds[0] ?? '');
  const stored = rateOf({ ...arrivals, last: storedAt });
  return { accepted: rateOf(arrivals), stored, cost: (after - before) / count };
}

export interface Measurement<T extends Api> {
  readonly count: number;
  readonly sender: Child<T>;
  readonly standIn: Child<StandIn>;
  readonly database: Database;
  /** Where outcomes are stored. */
  readonly table: string;
}
