import type { OperationDescription } from '../openapi/operation.js';
import { array, dateTime, integer, nullable, object, oneOf, string } from '../openapi/schema.js';

const chat = object({
  id: integer(),
  phone_number: nullable(string({ description: 'Digits without `+`; null for somebody known by a user id alone.' })),
  label: nullable(integer({ description: 'Id of its label, the same for all conversations that have it.' })),
  unread_count: integer({ description: 'Messages of theirs since the conversation was last read.' }),
  last_message_at: dateTime(),
});

export const chatsOperation: OperationDescription = {
  summary: 'List the newest conversations',
  description: 'The 50 in which something was said last, the latest first.',
  answers: {
    200: {
      description: 'The conversations.',
      json: {
        schema: object({ conversations: array(chat, { maxItems: 50 }) }),
        example: {
          conversations: [
            {
              id: 12,
              phone_number: '919876543210',
              label: 3,
              unread_count: 2,
              last_message_at: '2026-11-16T21:30:00.000Z',
            },
          ],
        },
      },
    },
  },
};

const campaign = object({
  id: integer({ description: 'Stays the same.' }),
  name: string({ description: 'Its template’s name when it was given none.' }),
  status: oneOf('draft', 'scheduled', 'running', 'paused', 'completed', 'failed'),
  sent_count: integer({ description: 'Messages that Meta took, those included that were delivered or read.' }),
  failed_count: integer(),
  created_at: dateTime(),
});

export const campaignsOperation: OperationDescription = {
  summary: 'List the newest campaigns',
  description: 'The 50 newest bulk sends, the latest first.',
  answers: {
    200: {
      description: 'The campaigns.',
      json: {
        schema: object({ campaigns: array(campaign, { maxItems: 50 }) }),
        example: {
          campaigns: [
            {
              id: 7,
              name: 'Diwali offer',
              status: 'completed',
              sent_count: 198,
              failed_count: 0,
              created_at: '2026-11-16T21:30:00.000Z',
            },
          ],
        },
      },
    },
  },
};
