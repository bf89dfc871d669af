import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapters } from '../../support/test-app.js';
import { Acme } from './acme.js';

describe.each(adapters)('POST /phone/validate on $adapter', ({ adapter }) => {
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
        message: 'The phone number is valid',
        data: {
          phone: '+1 (202) 555-0123',
          phone_digits: '12025550123',
          format_valid: true,
          country_code: '1',
          country: 'US',
          national_number: '2025550123',
          e164: '+12025550123',
          reason: null,
          note: expect.stringContaining('on WhatsApp'),
        },
      },
    });
  });

  it.each([
    ['5491123456789', '54', 'AR', '91123456789'],
    ['+447400123456', '44', 'GB', '7400123456'],
    ['+447911123456', '44', 'GG', '7911123456'],
    ['+14165550123', '1', 'CA', '4165550123'],
    ['+390698841234', '39', 'IT', '0698841234'],
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
  ])('says why a number is not valid that is %s, and that it is taken all the same', async (_, phone_number, told) => {
    const { status, body } = await acme.post('/phone/validate', { phone_number });
    expect(status).toBe(200);
    expect(body.data).toMatchObject({ format_valid: false, e164: phone_number, ...told });
    expect(body.data.note).toContain('can be sent');
  });

  it.each([
    [{ phone_number: 'call me' }, 'call me', ''],
    [{ phone_number: '12' }, '12', '12'],
    [{ phone_number: '+99912345678' }, '+99912345678', '99912345678'],
    [{ phone_number: '' }, '', ''],
    [{ phone_number: 12025550123 }, '12025550123', '12025550123'],
    [{ phone_number: { a: 1 } }, null, ''],
    [{ phone_number: '1'.repeat(10_000) }, '1'.repeat(10_000), '1'.repeat(10_000)],
    [{}, null, ''],
    [[], null, ''],
  ])('answers 200 whatever is asked about: %j', async (asked, phone, phone_digits) => {
    const { status, body } = await acme.post('/phone/validate', asked);
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'success',
      message: 'The phone number is not valid',
      data: {
        phone,
        phone_digits,
        format_valid: false,
        country_code: null,
        country: null,
        national_number: null,
        e164: null,
        reason: expect.stringMatching(/\.$/),
        note: null,
      },
    });
  });
});

it('reads national numbers of the default country', async () => {
  await using acme = await Acme.start({ options: { defaultCountry: 'AR' } });
  const { body } = await acme.post('/phone/validate', { phone_number: '011 15 2345-6789' });
  expect(body.data).toMatchObject({ format_valid: true, country: 'AR', e164: '+5491123456789' });
});
