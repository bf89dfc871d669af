import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { sqlite } from '../support/databases/sqlite.js';
import { BulkScene, recipientOf } from './bulk-scene.js';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const MIB = 2 ** 20;

/** Memory in use, without garbage. */
function memory(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

it('what a bulk send takes of memory does not grow with its recipients', async () => {
  const fresh = await sqlite.create();
  {
    await using scene = await BulkScene.start({ database: fresh.options, options: { workers: false } });
    const samples: number[] = [];
    const recipients = async function* () {
      for (let index = 0; index < 40_000; index += 1) {
        if (index % 10_000 === 9_999) samples.push(memory());
        // New objects each time, with texts of their own.
        yield { ...recipientOf(index), variables: { name: 'Ana', company: `Company ${index} `.padEnd(300, 'x') } };
      }
    };
    const bulkSend = await scene.create(recipients(), { idempotency: 'a-key' });
    expect(bulkSend.uniqueRecipients).toBe(40_000);
    const [first = NaN, ...later] = samples;
    // 30,000 recipients more, of more than 400 bytes each; a number takes 8 of them while doubles are looked for.
    expect(Math.max(...later) - first).toBeLessThan(4 * MIB);
  }
  await fresh.drop();
});
