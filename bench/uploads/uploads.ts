import { join } from 'node:path';
import { Child } from '../processes/child.js';
import { type Figure, figure, megabytes, seconds } from '../report/figure.js';
import { startStandIn, unlimited } from '../stand-in/start.js';
import { postDocument } from './post-document.js';
import type { Receiver, ReceiverOptions } from './receiver.process.js';

/** Bytes of the largest document that Meta takes. */
const LARGEST = 100 * 1024 * 1024;

/** Bytes of a file that has everything loaded that a form needs. */
const SMALL = 1024 * 1024;

const TIMES = 3;

/** Buffers of the files are freed when V8 next collects, which it does not hurry to do below some 32 MB. */
const MOST = 40_000_000;

/** By how much the memory of a process grows while a document of 100 MB goes through it to Meta. */
export async function* uploads(): AsyncGenerator<Figure> {
  await using standIn = await startStandIn(unlimited);
  const meta = await standIn.call('access');
  for (const adapter of ['Express', 'Fastify'] as const) {
    const options: ReceiverOptions = { adapter, meta };
    await using receiver = await Child.start<Receiver>(join(__dirname, 'receiver.process.js'), options);
    const access = await receiver.call('access');
    for (let warmUp = 0; warmUp < TIMES; warmUp += 1) await postDocument(access, SMALL);
    const before = await receiver.call('watch');
    const startedAt = performance.now();
    for (let time = 0; time < TIMES; time += 1) await postDocument(access, LARGEST);
    const took = (performance.now() - startedAt) / 1_000 / TIMES;
    const grown = (await receiver.call('peak')) - before;
    yield figure(`a document of 100 MB on ${adapter}, until it was sent`, took, seconds);
    yield figure(`${TIMES} of them: memory of the process grows by`, grown, megabytes, { atMost: MOST });
  }
}
