import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PersonSet } from '../../../lib/bulk/accept/recipient-reading.js';

/** What each `add` says, and how many there are in the end. */
function fill(set: { add(digits: string): boolean; readonly size: number }, numbers: readonly string[]) {
  return { added: numbers.map((digits) => set.add(digits)), size: set.size };
}

/** The same as a set of texts. */
class Texts {
  readonly #texts = new Set<string>();

  get size(): number {
    return this.#texts.size;
  }

  add(digits: string): boolean {
    const isNew = !this.#texts.has(digits);
    this.#texts.add(digits);
    return isNew;
  }
}

const digits = (min: number, max: number) => fc.integer({ min, max }).map(String);
const anyNumber = fc.oneof(
  digits(10_000_000, 999_999_999_999_999),
  digits(5_491_100_000_000, 5_491_100_000_040), // doubles
  digits(2 ** 32 - 20, 2 ** 32 + 20),
  fc.integer({ min: 1, max: 200_000 }).map((high) => String(high * 2 ** 32)), // alike in their lower half
);

describe('a set of phone numbers', () => {
  it('knows what it was given, as a set of texts does', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 3_000, size: 'max' }), (numbers) => {
        expect(fill(new PersonSet(), numbers)).toEqual(fill(new Texts(), numbers));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps neighbours apart, up to the longest numbers there are', () => {
    for (const first of [10_000_000, 5_491_100_000_000, 999_999_999_900_000]) {
      const numbers = Array.from({ length: 50_000 }, (_, index) => String(first + index));
      const set = new PersonSet();
      expect(fill(set, numbers)).toMatchObject({ size: 50_000 });
      expect(fill(set, numbers).added).not.toContain(true);
    }
  });
});
