import * as fc from 'fast-check';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { type PhoneCountryCode, normalizePhoneNumber, readTenDigits, toE164 } from '../../lib/contacts/phone-number.js';

const digit = fc.constantFrom(...Array.from('0123456789'));
const callingCode = fc.constantFrom(...getCountries().map((country) => getCountryCallingCode(country)));

/** Digits that begin with a country code and no trunk zero, and are neither too few nor too many. */
const international = callingCode.chain((code) =>
  fc
    .tuple(
      fc.constantFrom(...Array.from('123456789')),
      fc.array(digit, { minLength: 7 - code.length, maxLength: 14 - code.length }),
    )
    .map(([first, rest]) => code + first + rest.join('')),
);

const separator = fc.constantFrom(...Array.from('-\u2011\u2013\u2212\u200e\u202a\u202c\u3164\uff0d\ufe0f'), '');

describe('a phone number', () => {
  it.each([
    ['+54 9 11 1234-5678', '5491112345678'],
    ['5491112345678', '5491112345678'],
    ['+1 (202) 555-0123', '12025550123'],
    ['(+1) 202.555.0123', '12025550123'],
    ['\u202a+1\u00a0202\u2011555\u20110123\u202c', '12025550123'],
    ['＋１２０２５５５０１２３', '12025550123'],
    ['+٩٦٦٥٠١٢٣٤٥٦٧', '966501234567'],
    ['+۹۸۹۱۲۳۴۵۶۷۸۹', '989123456789'],
    ['+800 1234 5678', '80012345678'],
    ['+979 123 456 789', '979123456789'],
    ['+15550000', '15550000'],
    ['+491234567890123', '491234567890123'],
    ['+44 (0)20 7946 0958', '442079460958'],
    ['44 (0) 20 7946 0958', '442079460958'],
    ['(+44) (0)20 7946 0958', '442079460958'],
    ['+44 (020) 7946 0958', '442079460958'],
    ['+4402079460958', '442079460958'],
    ['+41 [0]44 668 18 00', '41446681800'],
    ['+49（0）151 23456789', '4915123456789'],
    ['+7 (8) 495 123 45 67', '74951234567'],
    ['+54 9 (011) 1234-5678', '5491112345678'],
    ['+44 (0)99 9999 9999', '449999999999'],
    ['+39 (0)6 1234 5678', '390612345678'],
    ['+225 07 01 02 03 04', '2250701020304'],
    ['+54 (9) 11 1234-5678', '5491112345678'],
    ['tel:+54-9-11-1234-5678', '5491112345678'],
    ["'+5491112345678", '5491112345678'],
    ['\ufeff5.491.112.345.678', '5491112345678'],
    ['5491112345678.', '5491112345678'],
    ['\u3164+54\u00ad9\u200b11\ufe0f1234\u20605678', '5491112345678'],
  ])('%s is %s', (input, digits) => {
    expect(normalizePhoneNumber(input)).toEqual({ digits });
  });

  it.each([
    ['', 'must not be empty'],
    [' ( ) - ', 'must not be empty'],
    ['+', 'must not be empty'],
    [5491112345678, 'in a string'],
    [null, 'in a string'],
    [undefined, 'in a string'],
    [{}, 'in a string'],
    ['+1202555', 'has 7 digits'],
    ['+1202555012345678', 'has 16 digits'],
    ['+999 1234 5678', 'country code'],
    ['+210 1234 5678', 'country code'],
    ['0049 151 23456789', 'not with 0'],
    ['011 4567 8901', 'not with 0'],
    ['1-800-FLOWERS', 'letters'],
    ['+1 202/555 0123', '"/"'],
    ['++12025550123', 'one phone number'],
    ['1202+5550123', 'must not contain "+"'],
    ['12025550123 ext 5', 'extension'],
    ['+54 9 11 1234-5678 x12', 'extension'],
    ['+54 9 11 1234-5678 int. 12', 'letters'],
    ['tel:+12025550123;ext=5', 'extension'],
    ['+12025550123#5', 'extension'],
    ['5491112345678.0', 'decimal part'],
    ['5491112345678.5', 'decimal part'],
    ['5491112345678,00', 'decimal part'],
    ['549111234.5678', 'decimal part'],
    ['5 491 112 345 678.00', 'decimal part'],
    ['5491112345678．０', 'decimal part'],
    ['5.49E+12', 'spreadsheet'],
    ['5,491112e12', 'spreadsheet'],
    ['5,491,112,345,678', 'must not contain ","'],
    ['="5491112345678"', 'must not contain "="'],
    ['+5491112345678\n+12025550123', 'one phone number'],
    ['12345678\n1234567', 'one phone number'],
    ['1234\t56789012', 'one phone number'],
    ['5551234 5559876', 'one phone number'],
    ['+54 9 11 1234-5678 / 4321-8765', 'one phone number'],
    ['US.13491208655302741918', 'letters'],
    ['12025550123,', '","'],
    ['①2025550123', '"①"'],
    ['😀12025550123', '"😀"'],
  ])('is not %j: %s', (input, problem) => {
    const { digits, problem: said } = normalizePhoneNumber(input);
    expect(digits).toBeUndefined();
    expect(said).toContain(problem);
  });

  it('is the same with and without + and whatever separates its digits', () => {
    fc.assert(
      fc.property(international, fc.boolean(), fc.infiniteStream(separator), (digits, plus, separators) => {
        const next = (): string => separators.next().value ?? '';
        const written = next() + (plus ? '+' : '') + Array.from(digits, (one) => next() + one).join('') + next();
        expect(normalizePhoneNumber(written)).toEqual({ digits });
      }),
    );
  });

  it('is the same once normalised', () => {
    fc.assert(
      fc.property(international, (digits) => {
        expect(normalizePhoneNumber(toE164(digits))).toEqual({ digits });
      }),
    );
  });

  it('is either digits or a problem, whatever the input', () => {
    const countries = fc.option(fc.constantFrom(...getCountries()), { nil: undefined });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.anything()), countries, (input, country) => {
        const { digits, problem } = normalizePhoneNumber(input, country);
        expect(digits ?? `+${problem}`).toMatch(/^[1-9]\d{7,14}$|^\+\w/);
      }),
    );
  });

  it('is never a number that was not written: its digits are all digits of the text, without a trunk prefix', () => {
    const unit = fc.oneof(digit, separator, fc.constantFrom(...Array.from('+ ()[].,/\nEx')));
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (input) => {
        const written = input.replace(/\D/g, '');
        const { digits } = normalizePhoneNumber(input);
        const lessOne = Array.from(written, (_, index) => written.slice(0, index) + written.slice(index + 1));
        const isTrunkPrefixThere = /0|[([]/.test(input);
        expect([undefined, written, ...(isTrunkPrefixThere ? lessOne : [])]).toContain(digits);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a phone number with a default country', () => {
  it.each<[string, PhoneCountryCode, string]>([
    ['0151 23456789', 'DE', '4915123456789'],
    ['011 4567-8901', 'AR', '541145678901'],
    ['011 15 1234-5678', 'AR', '5491112345678'],
    ['11 1234 5678', 'AR', '541112345678'],
    ['5491112345678', 'AR', '5491112345678'],
    ['(11) 98765-4321', 'BR', '5511987654321'],
    ['55 1234 5678', 'MX', '525512345678'],
    ['525512345678', 'MX', '525512345678'],
    ['612 345 678', 'ES', '34612345678'],
    ['202-555-0123', 'US', '12025550123'],
    ['8 (916) 123-45-67', 'RU', '79161234567'],
    ['06 1234 5678', 'IT', '390612345678'],
    ['0049 151 23456789', 'DE', '4915123456789'],
    ['00 34 612 345 678', 'DE', '34612345678'],
    ['+34612345678', 'DE', '34612345678'],
    ['34612345678', 'DE', '34612345678'],
    ['98765432', 'SG', '6598765432'],
  ])('%s in %s is %s', (input, country, digits) => {
    expect(normalizePhoneNumber(input, country)).toEqual({ digits });
  });

  it.each([
    ['2015550123', 'US', '12015550123'],
    ['5491112345678', 'US', '5491112345678'],
    ['4915112345678', 'DE', '4915112345678'],
    ['919876543210', 'IN', '919876543210'],
    ['9876543210', 'IN', '919876543210'],
  ] as const)('reads %s in %s as %s, the way in which it can be a mobile', (input, country, digits) => {
    expect(normalizePhoneNumber(input, country)).toEqual({ digits });
  });

  it('is always international with +', () => {
    expect(normalizePhoneNumber('+612345678', 'ES')).toEqual({ digits: '612345678' });
    expect(normalizePhoneNumber('+0151 23456789', 'DE').problem).toContain('not with 0');
  });

  it('is international when it is not a number of that country either', () => {
    expect(normalizePhoneNumber('15550000', 'DE')).toEqual({ digits: '15550000' });
  });

  it.each(['0', '01', '0000000000', '012345678901234567890'])('is not %s', (input) => {
    expect(normalizePhoneNumber(input, 'AR').problem).toBeDefined();
  });

  it('is the same with + as without a default country', () => {
    fc.assert(
      fc.property(international, fc.constantFrom(...getCountries()), (digits, country) => {
        expect(normalizePhoneNumber(toE164(digits), country)).toEqual({ digits });
      }),
    );
  });
});

describe('ten digits of a country', () => {
  it.each<[string, PhoneCountryCode, string]>([
    ['9876543210', 'IN', '+919876543210'],
    ['2025550123', 'US', '+12025550123'],
    ['(202) 555-0123', 'US', '+12025550123'],
    ['1123456789', 'AR', '+541123456789'],
  ])('%s in %s are %s, whatever else they may be', (input, country, number) => {
    expect(readTenDigits(input, country)).toBe(number);
  });

  it.each<[string, PhoneCountryCode]>([
    ['6123456789', 'ES'],
    ['919876543210', 'IN'],
    ['+2025550123', 'US'],
    ['12345678.90', 'US'],
    ['202555O123', 'US'],
  ])('%s in %s are left to the general rule', (input, country) => {
    expect(readTenDigits(input, country)).toBeUndefined();
  });
});

describe('E.164', () => {
  it('begins with +, so that Meta does not add a country code', () => {
    expect(toE164('5491112345678')).toBe('+5491112345678');
  });
});
