import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneAdapter } from '../../support/test-app.js';
import { Acme } from './acme.js';

describe.each(oneAdapter)('POST /phone/validate on $adapter', ({ adapter }) => {
  let acme: Acme;

  beforeAll(async () => {
    acme = await Acme.start({ adapter });
  });
  afterAll(() => acme[Symbol.asyncDispose]());

  it('reports on a valid number', async () => {
    const { status, body } = await acme.post('/phone/validate', { phone_number: '+1 (202) 555-0123' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        status: 'success',
        message: 'Phone number format is valid',
        data: {
          phone: '+1 (202) 555-0123',
          phone_digits: '12025550123',
          format_valid: true,
          country_code: '1',
          country: 'United States',
          national_number: '2025550123',
          e164: '+12025550123',
          reason: null,
          note: expect.stringContaining('on WhatsApp'),
        },
      },
    });
  });

  it.each([
    ['5491123456789', '54', 'Argentina', '91123456789'],
    ['+447400123456', '44', 'United Kingdom', '7400123456'],
    ['+447911123456', '44', 'Guernsey', '7911123456'],
    ['+14165550123', '1', 'Canada', '4165550123'],
    ['+390698841234', '39', 'Italy', '0698841234'],
    ['+80012345678', '800', null, '12345678'],
  ])('tells country and national number of %s', async (phone_number, country_code, country, national_number) => {
    const { body } = await acme.post('/phone/validate', { phone_number });
    expect(body.data).toMatchObject({ format_valid: true, country_code, country, national_number });
  });

  it.each([
    ['too short for its country', '+44791112', { country_code: '44', reason: expect.stringContaining('short') }],
    ['too long for its country', '+1202555012345', { country_code: '1', reason: expect.stringContaining('long') }],
    [
      'of no range',
      '+12015550123'.replace('201', '111'),
      { country_code: '1', reason: expect.stringContaining('begins') },
    ],
  ])(
    'says why a number is not valid that is %s, and that it is taken all the same',
    async (_, phone_number, reported) => {
      const { status, body } = await acme.post('/phone/validate', { phone_number });
      expect(status).toBe(200);
      expect(body.data).toMatchObject({ format_valid: false, e164: phone_number, ...reported });
      expect(body.data.note).toContain('can be sent');
    },
  );

  it.each([
    ['call me', 'call me', ''],
    ['12', '12', '12'],
    ['+99912345678', '+99912345678', '99912345678'],
    ['1'.repeat(10_000), '1'.repeat(10_000), '1'.repeat(10_000)],
  ])('answers 200 to what is no number, too: %j', async (phone_number, phone, phone_digits) => {
    const { status, body } = await acme.post('/phone/validate', { phone_number });
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      message: 'Phone number format is invalid',
      data: {
        phone,
        phone_digits,
        format_valid: false,
        country_code: null,
        country: null,
        national_number: null,
        e164: null,
        reason: expect.stringMatching(/\.$/),
        note: expect.stringMatching(/\.$/),
      },
    });
  });

  it('reports on digits that come as a number', async () => {
    const { body } = await acme.post('/phone/validate', { phone_number: 12025550123 });
    expect(body.data).toMatchObject({ phone: '12025550123', format_valid: true, country: 'United States' });
  });

  it.each([
    [{}, 'The phone_number field is required.'],
    [{ phone_number: '' }, 'The phone_number field is required.'],
    [{ phone_number: '  ' }, 'The phone_number field is required.'],
    [{ phone_number: null }, 'The phone_number field is required.'],
    [{ phone_number: { a: 1 } }, 'must be a phone number in a string.'],
  ])('answers 422 to %j, which has no number', async (asked, problem) => {
    const { status, body } = await acme.post('/phone/validate', asked);
    expect({ status, body }).toEqual({
      status: 422,
      body: { status: 'error', message: 'Validation failed', errors: { phone_number: [problem] } },
    });
  });
});

it('reads national numbers of the default country', async () => {
  await using acme = await Acme.start({ options: { defaultCountry: 'AR' } });
  const { body } = await acme.post('/phone/validate', { phone_number: '011 15 2345-6789' });
  expect(body.data).toMatchObject({ format_valid: true, country: 'Argentina', e164: '+5491123456789' });
});
