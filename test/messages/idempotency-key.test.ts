import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashIdempotencyKey, type IdempotencyInput } from '../../lib/messages/idempotency-key.js';

const input = (changes: Partial<IdempotencyInput> = {}): IdempotencyInput => ({
  key: 'order-4711',
  scope: '[1,"POST","/api/v1/meta-templates/send"]',
  body: { to: '+5491112345678', variables: { name: 'Ana', code: '483920' } },
  ...changes,
});
const hashes = (changes: Partial<IdempotencyInput> = {}) => hashIdempotencyKey(input(changes));
const fingerprint = (body: unknown) => hashes({ body }).idempotencyFingerprint;

/** The same JSON value with its objects' keys in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, nested]) => [key, reordered(nested)]);
  return Object.fromEntries(entries.toReversed());
}

const json = fc.jsonValue({ maxDepth: 4 });

describe('the hashes of an idempotency key', () => {
  it('are those of the same request in any process', () => {
    expect(hashes()).toEqual(hashes());
    expect(hashes()).toEqual({
      idempotencyKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      idempotencyFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('do not depend on the order of the keys in the body', () => {
    fc.assert(
      fc.property(json, (body) => {
        expect(fingerprint(reordered(body))).toBe(fingerprint(body));
      }),
    );
  });

  it('tell one JSON body from another', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(fingerprint(one) === fingerprint(other)).toBe(same);
      }),
    );
  });

  it.each([
    ['the order of a list', [1, 2], [2, 1]],
    ['a number and its text', { to: 1 }, { to: '1' }],
    ['a list and an object', ['a'], { 0: 'a' }],
    ['null and nothing', { a: null }, {}],
    ['where a key hangs', { a: { b: 1 } }, { a: {}, b: 1 }],
    ['how deep it hangs', { a: { a: 1 } }, { a: 1 }],
    ['a key called __proto__', JSON.parse('{"__proto__":{"a":1}}'), {}],
    ['the value under __proto__', JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}')],
    ['an empty text and nothing', '', undefined],
    ['upper and lower case', { name: 'ana' }, { name: 'Ana' }],
  ])('differ by %s', (_, one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it('differ by key and by scope, however the two are put together', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (key, scope, otherKey, otherScope) => {
        fc.pre(key !== otherKey || scope !== otherScope);
        const one = hashes({ key, scope }).idempotencyKey;
        expect(one).not.toBe(hashes({ key: otherKey, scope: otherScope }).idempotencyKey);
        expect(one).not.toBe(hashes({ key: scope, scope: `${key} ` }).idempotencyKey);
      }),
    );
    expect(hashes({ key: 'bc', scope: 'a' }).idempotencyKey).not.toBe(hashes({ key: 'c', scope: 'ab' }).idempotencyKey);
  });

  it('do not hold the body of one key under another: a code cannot be guessed without the key', () => {
    const body = { code: '483920' };
    expect(hashes({ body, key: 'one' }).idempotencyFingerprint).not.toBe(
      hashes({ body, key: 'other' }).idempotencyFingerprint,
    );
    const { idempotencyKey, idempotencyFingerprint } = hashes({ body });
    const guesses = [JSON.stringify(body), `${idempotencyKey}${JSON.stringify(body)}`, '483920'];
    for (const guess of guesses) {
      expect(createHash('sha256').update(guess).digest('hex')).not.toBe(idempotencyFingerprint);
    }
  });
});

/** The value with the keys of its objects in alphabetical order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value).map(([key, nested]) => [key, sorted(nested)]);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
