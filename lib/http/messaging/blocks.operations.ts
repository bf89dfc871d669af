import type { AnswerDescription, OperationDescription } from '../openapi/operation.js';
import { array, dateTime, nullable, object, oneOf, string } from '../openapi/schema.js';
import { accountId, phone } from './fields.js';

const changed = (done: 'added_users' | 'removed_users'): AnswerDescription => ({
  description: 'Meta did it; `meta_response` is what it answered.',
  json: {
    schema: object({ status: oneOf('success'), meta_response: object({}) }),
    example: {
      status: 'success',
      meta_response: {
        messaging_product: 'whatsapp',
        block_users: { [done]: [{ input: '+919876543210', wa_id: '919876543210' }] },
      },
    },
  },
});

const ERRORS = [400, 404, 413, 429, 502, 504];

export const blockOperation: OperationDescription = {
  summary: 'Block a person',
  description:
    'Meta hands nothing of theirs to the number any more, and nothing is sent to them. Meta takes people who wrote in the ' +
    'last 24 hours.',
  json: {
    schema: object({ phone }, { reason: nullable(string({ maxLength: 1_000 })), account_id: accountId }),
    example: { phone: '919876543210', reason: 'Spam' },
  },
  answers: { 200: changed('added_users') },
  errors: ERRORS,
};

export const unblockOperation: OperationDescription = {
  summary: 'Take a block back',
  json: { schema: object({ phone }, { account_id: accountId }), example: { phone: '919876543210' } },
  answers: { 200: changed('removed_users') },
  errors: ERRORS,
};

const blockedUser = object({
  phone_number: nullable(string({ description: 'Digits without `+`; null for somebody known by a user id alone.' })),
  blocked_at: dateTime(),
  reason: nullable(string()),
});

export const blockedOperation: OperationDescription = {
  summary: 'List whom the workspace blocked',
  description: 'The latest first.',
  answers: {
    200: {
      description: 'The blocked people.',
      json: {
        schema: object({ blocked_users: array(blockedUser) }),
        example: {
          blocked_users: [{ phone_number: '919876543210', blocked_at: '2026-11-16T21:30:00.000Z', reason: 'Spam' }],
        },
      },
    },
  },
};
