import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { truncateForColumn } from '../../lib/store/columns.js';
import { anyCharacter } from '../any-character.js';

describe('a text of someone else', () => {
  it.each([
    ['short', 'Ana', 'Ana'],
    ['with a null character', 'A\0na', 'Ana'],
    ['too long', 'Ana María', 'Ana M'],
    ['too long within a character of two units', 'Ana 🌺🌺', 'Ana '],
    ['that ends in a character of two units', 'Ana🌺', 'Ana🌺'],
    ['with half a character', 'A\ud83cna', 'A\ufffdna'],
  ])('is stored when it is %s', (_, text, stored) => {
    expect(truncateForColumn(text, 5)).toBe(stored);
  });

  it('comes back from a database as it was stored', () => {
    const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: anyCharacter })), fc.nat(12), (whole, longest) => {
        const stored = truncateForColumn(whole, longest);
        expect(Buffer.from(stored).toString()).toBe(stored);
        expect(stored.length).toBeLessThanOrEqual(longest);
        expect(truncateForColumn(stored, longest)).toBe(stored);
      }),
    );
  });
});
