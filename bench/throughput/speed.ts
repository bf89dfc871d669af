import type { Child } from '../processes/child.js';
import type { Database } from '../servers/postgres.js';
import { rateOf } from '../stand-in/arrivals.js';
import { untilEverybodyHasOne, untilReached } from '../stand-in/until-reached.js';
import type { StandIn } from '../stand-in/stand-in.process.js';

/** Messages per second from the first to the last that Meta accepted. */
export interface SendingSpeed {
  readonly accepted: number;
}

/** The same, and until every outcome was in the database. */
export interface Speed extends SendingSpeed {
  readonly stored: number;
}

/** Waits until `count` messages are accepted and their outcomes are rows of `table`. */
export async function speedOf(
  count: number,
  standIn: Child<StandIn>,
  database: Database,
  table: string,
): Promise<Speed> {
  await untilEverybodyHasOne(count, standIn);
  await untilReached(count, 'Storing', () => database.sentRows(table));
  const storedAt = Date.now();
  const { phoneNumberIds } = await standIn.call('access');
  const arrivals = await standIn.call('arrivals', phoneNumberIds[0] ?? '');
  return { accepted: rateOf(arrivals), stored: rateOf({ ...arrivals, last: storedAt }) };
}
