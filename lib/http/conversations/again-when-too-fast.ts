import { setTimeout } from 'node:timers/promises';
import { RateLimitedError } from '../../errors.js';

const TRIES = 4;

/** Seconds that a client may be kept waiting for one more try. */
const LONGEST_WAIT = 2;

/** Sends again, a moment later, what Meta did not take because the phone number was too fast. */
export async function againWhenTooFast<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof RateLimitedError) || error.retryAfter > LONGEST_WAIT || tries === TRIES) throw error;
      await setTimeout(error.retryAfter * 1_000);
    }
  }
}
