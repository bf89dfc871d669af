import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalPhone, spellingsOf } from '../../lib/contacts/reported-contact.js';

const digits = (length: number) =>
  fc
    .array(fc.constantFrom(...Array.from('0123456789')), { minLength: length, maxLength: length })
    .map((all) => all.join(''));

describe('the spellings of a number', () => {
  it.each([
    ['Argentina, Buenos Aires', ['5491123456789', '541123456789', '54111523456789', '549111523456789']],
    ['Argentina, three digits of area code', ['5492236750780', '542236750780', '54223156750780']],
    ['Argentina, four digits of area code', ['5492954123456', '542954123456', '54295415123456']],
    ['Mexico', ['5215512345678', '525512345678']],
    ['Brazil', ['5511987654321', '551187654321']],
  ])('of %s come to one', (_, spellings) => {
    expect(new Set(spellings.map(canonicalPhone)).size).toBe(1);
  });

  it.each([
    ['an Argentine mobile', '541123456789', ['5491123456789', '541123456789', '54111523456789']],
    ['a Mexican number', '5215512345678', ['5215512345678', '525512345678']],
    ['a Brazilian mobile', '551187654321', ['5511987654321', '551187654321']],
    ['a Brazilian landline', '551131234567', ['551131234567']],
    ['a German number', '4915112345678', ['4915112345678']],
    ['a North American number', '12025550123', ['12025550123']],
  ])('under which messages of %s may be stored', (_, number, spellings) => {
    expect(spellingsOf(number).toSorted()).toEqual(spellings.toSorted());
  });

  it.each([
    ['a Brazilian landline', '551131234567'],
    ['a Brazilian landline that begins with 5', '552151234567'],
    ['an Argentine landline', '541143211234'],
    ['a Mexican number without the 1', '525512345678'],
    ['a number of a country that has one spelling', '12025550123'],
    ['an Argentine number with a 15 in another place', '541123451567'],
  ])('leave %s as it is', (_, number) => {
    expect(canonicalPhone(number)).toBe(number);
  });

  it('never make one number of two, and each comes to the same as the number', () => {
    const country = fc.constantFrom('54', '549', '52', '521', '55', '559', '1', '49');
    fc.assert(
      fc.property(country, fc.integer({ min: 8, max: 12 }).chain(digits), (code, rest) => {
        const number = code + rest;
        expect(canonicalPhone(canonicalPhone(number))).toBe(canonicalPhone(number));
        const spellings = spellingsOf(number);
        expect(spellings).toContain(number);
        expect(new Set(spellings.map(canonicalPhone))).toEqual(new Set([canonicalPhone(number)]));
      }),
      { numRuns: 2_000 },
    );
  });
});
