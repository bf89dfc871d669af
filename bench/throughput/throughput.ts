import { type Figure, figure, perSecond, times } from '../report/figure.js';
import { speedOfBareLoop } from './bare-loop.js';
import { speedOfJobPerRecipient } from './job-per-recipient.js';
import { speedOfLibrary } from './library.js';
import type { SendingSpeed } from './speed.js';

const RECIPIENTS = 50_000;
/** Rates are compared, so the slow way may have fewer. */
const FEWER_RECIPIENTS = 10_000;
const CONCURRENCIES = [20, 50, 100];

/** How fast messages go out without a limit. */
export async function* throughput(): AsyncGenerator<Figure> {
  const limit = await fasterOfTwo(() => speedOfBareLoop(RECIPIENTS));
  yield figure('a bare undici loop, nothing stored: the limit', limit.accepted, perSecond);

  let best = 0;
  for (const concurrency of CONCURRENCIES) {
    const { stored } = await fasterOfTwo(() => speedOfJobPerRecipient(FEWER_RECIPIENTS, concurrency));
    yield figure(`a Bull job per recipient, concurrency ${concurrency}, until all is stored`, stored, perSecond);
    best = Math.max(best, stored);
  }

  const ours = await fasterOfTwo(() => speedOfLibrary(RECIPIENTS));
  yield figure('nestjs-whatsapp, until Meta has all', ours.accepted, perSecond);
  yield figure('nestjs-whatsapp, until all is stored', ours.stored, perSecond);
  yield figure('nestjs-whatsapp / the limit', ours.stored / limit.accepted, times, { atLeast: 1 / 3 });
  yield figure('nestjs-whatsapp / the best with a job per recipient', ours.stored / best, times, { atLeast: 3 });
}

/** Whatever else a machine does only makes a run slower. */
async function fasterOfTwo<T extends SendingSpeed>(measure: () => Promise<T>): Promise<T> {
  const [first, second] = [await measure(), await measure()];
  return first.accepted > second.accepted ? first : second;
}
