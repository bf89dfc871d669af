import { setTimeout as delay } from 'node:timers/promises';
import { META_ANSWERS } from '../meta.process.js';
import { type FaultKind, over } from './fault.js';

/** Requests that one fault strikes at most: more of them in a row, and the library would wait for Meta to recover. */
const MOST_REQUESTS = 12;

const answers = META_ANSWERS.map((answer): FaultKind => ({
  name: `Meta: ${answer}`,
  track: 'meta',
  weight: 2,
  async strike({ meta }, random) {
    await meta.call('answer', answer, random.between(1, MOST_REQUESTS));
    return over();
  },
}));

/** How Meta answers. */
export const metaFaults: readonly FaultKind[] = [
  ...answers,
  {
    name: 'Meta: storm of 130429, up to 3 s',
    track: 'meta',
    weight: 3,
    async strike({ meta }, random) {
      await meta.call('storm', true);
      await delay(random.between(500, 3_000));
      await meta.call('storm', false);
      return over();
    },
  },
  {
    name: 'Meta: access token expired, until an operator resumes',
    track: 'meta',
    weight: 1,
    async strike(scene, random) {
      await scene.meta.call('expireToken', true);
      await delay(random.between(500, 3_000));
      await scene.meta.call('expireToken', false);
      // What was on its way with the token may still be refused.
      await delay(500);
      await scene.resume();
      return over();
    },
  },
];
