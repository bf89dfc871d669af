import { setTimeout as delay } from 'node:timers/promises';
import { WebhooksService } from 'nestjs-whatsapp';
import { describe, expect, it } from 'vitest';
import { bodyOf, entryOf, NORTH, ReceivingScene, sign } from './receiving-scene.js';

/** The longest time for which nothing else had its turn, in ms. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const done = new AbortController();
  const watch = async () => {
    while (!done.signal.aborted) {
      await delay(1);
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }
  };
  const watching = watch();
  await work().finally(() => done.abort());
  await watching;
  return longest;
}

const MEGABYTE = 1_000_000;
const repeat = (text: string, bytes: number) =>
  Array(Math.floor(bytes / (text.length + 1)))
    .fill(text)
    .join();
const copies = (value: object, count: number) => Array.from({ length: count }, () => value);
const metadata = { phone_number_id: NORTH.phoneNumberId };
const messages = (value: object) => bodyOf({ id: NORTH.id, changes: [{ field: 'messages', value }] });

describe('a webhook that is larger than any of Meta’s', () => {
  it.each<[string, () => string]>([
    ['1.6 million empty entries', () => `{"entry":[${repeat('{}', 4.8 * MEGABYTE)}]}`],
    ['empty entries up to the limit', () => `{"entry":[${repeat('{}', 0.29 * MEGABYTE)}]}`],
    ['entries that are numbers', () => `{"entry":[${repeat('1', 4.8 * MEGABYTE)}]}`],
    ['changes of nothing', () => `{"entry":[{"id":"${NORTH.id}","changes":[${repeat('{}', 0.29 * MEGABYTE)}]}]}`],
    ['statuses that are numbers', () => messages({ metadata, statuses: Array(190_000).fill(1) })],
    [
      'statuses without a number, with many contacts',
      () =>
        messages({
          statuses: copies({ id: 'a' }, 9_000),
          contacts: copies({ wa_id: '5491112345678' }, 80_000),
        }),
    ],
    ['contacts in 15 spellings', () => messages({ metadata, contacts: copies({ wa_id: '5411151234567' }, 90_000) })],
    ['lists in lists', () => `{"entry":${'['.repeat(2 * MEGABYTE)}${']'.repeat(2 * MEGABYTE)}}`],
    ['a text that does not end', () => `["${String.raw`\"`.repeat(2 * MEGABYTE)} 1234567890123456789`],
    ['errors', () => messages({ metadata, errors: copies({}, 90_000) })],
    ['long integers', () => `{"entry":[${repeat('12345678901234567', 4.5 * MEGABYTE)}]}`],
  ])('holds up nothing else and is kept in few rows: %s', async (_, bodyOfIt) => {
    await using scene = await ReceivingScene.start();
    const body = bodyOfIt();
    const signature = sign(body, NORTH.secret);
    const block = await longestBlock(async () => expect(await scene.post(body, signature)).toBe(200));
    expect(block).toBeLessThan(5_000);
    const { total } = await scene.get(WebhooksService).failedItems();
    expect(total).toBeLessThanOrEqual(101);
  });

  it('does not keep from taking one of 10,000 updates', async () => {
    await using scene = await ReceivingScene.start();
    const body = bodyOf(entryOf(NORTH, ...Array.from({ length: 10_000 }, (_, index) => `wamid.${index}`)));
    expect(await scene.post(body, sign(body, NORTH.secret))).toBe(200);
    expect(scene.applied.items).toHaveLength(10_000);
  });
});
