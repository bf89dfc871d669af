import type { OperationDescription } from '../../openapi/operation.js';
import { boolean, nullable, object, string } from '../../openapi/schema.js';
import { successSchema } from '../success.schema.js';

const REPORT = object({
  phone: nullable(string({ description: 'As it was sent.' })),
  phone_digits: string(),
  format_valid: boolean({ description: 'Whether it is a number of its country’s numbering plan.' }),
  country_code: nullable(string({ description: 'Calling code without `+`.', example: '1' })),
  country: nullable(string({ description: 'ISO 3166-1 alpha-2.', example: 'US' })),
  national_number: nullable(string()),
  e164: nullable(string()),
  reason: nullable(string({ description: 'Why it is not valid.' })),
  note: nullable(string({ description: 'What else is to know.' })),
});

export const validatePhoneOperation: OperationDescription = {
  summary: 'Validate a phone number',
  description: 'Reports on a number by its digits; nobody is asked, and whatever is sent is answered with 200.',
  json: {
    schema: object({ phone_number: string({ description: 'In any spelling, best with its country code.' }) }),
    example: { phone_number: '+12025550123' },
  },
  answers: {
    200: {
      description: 'What can be told of the number.',
      json: {
        schema: successSchema(REPORT),
        example: {
          status: 'success',
          message: 'The phone number is valid',
          data: {
            phone: '+12025550123',
            phone_digits: '12025550123',
            format_valid: true,
            country_code: '1',
            country: 'US',
            national_number: '2025550123',
            e164: '+12025550123',
            reason: null,
            note: 'Only its format was looked at: whether it is on WhatsApp shows when a message is sent to it.',
          },
        },
      },
    },
  },
  errors: [400, 413, 429],
};
