import type { OperationDescription } from '../../openapi/operation.js';
import { boolean, integer, nullable, object, string } from '../../openapi/schema.js';
import { successSchema } from '../success.schema.js';

const REPORT = object({
  phone: string({ description: 'As it was sent.' }),
  phone_digits: string(),
  format_valid: boolean({ description: 'Whether it is a number of its country’s numbering plan.' }),
  country_code: nullable(string({ description: 'Calling code without `+`.', example: '1' })),
  country: nullable(string({ description: 'The country’s English name.', example: 'United States' })),
  national_number: nullable(string()),
  e164: nullable(string()),
  reason: nullable(string({ description: 'Why it is not valid.' })),
  note: string({ description: 'What else is to know.' }),
});

export const validatePhoneOperation: OperationDescription = {
  summary: 'Validate a phone number',
  description: 'Reports on a number by its digits alone, valid or not.',
  json: {
    schema: object({
      phone_number: {
        description: 'In any spelling, best with its country code.',
        oneOf: [string({ minLength: 1 }), integer()],
      },
    }),
    example: { phone_number: '+12025550123' },
  },
  answers: {
    200: {
      description: 'What can be told of the number.',
      json: {
        schema: successSchema(REPORT),
        example: {
          status: 'success',
          message: 'Phone number format is valid',
          data: {
            phone: '+12025550123',
            phone_digits: '12025550123',
            format_valid: true,
            country_code: '1',
            country: 'United States',
            national_number: '2025550123',
            e164: '+12025550123',
            reason: null,
            note: 'Only the format was checked; whether the number is on WhatsApp shows when a message is sent to it.',
          },
        },
      },
    },
  },
  errors: [400, 413, 422, 429],
};
