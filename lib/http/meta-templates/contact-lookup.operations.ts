import type { OperationDescription } from '../openapi/operation.js';
import { boolean, dateTime, integer, nullable, object, string } from '../openapi/schema.js';

export const contactLookupOperation: OperationDescription = {
  summary: 'Who a number belongs to',
  description: 'All spellings of one number find one contact. A number that nobody is known by is answered, too.',
  query: { phone: { description: 'A phone number.', schema: string(), required: false } },
  answers: {
    200: {
      description: 'Who it is, and whether they can be written to freely.',
      json: {
        schema: object({
          found: boolean(),
          contact: nullable(
            object({
              id: integer(),
              fullName: nullable(string()),
              phone: nullable(string()),
              email: nullable(string()),
              contactListId: nullable(integer()),
              contactListName: nullable(string()),
              source: nullable(string()),
              createdAt: dateTime(),
            }),
          ),
          hasReplied: boolean(),
          lastReplyAt: nullable(dateTime()),
          sessionWindowActive: boolean(),
          sessionExpiresAt: nullable(dateTime()),
        }),
        example: {
          found: true,
          contact: {
            id: 7,
            fullName: 'Juan Pérez',
            phone: '+5491112345678',
            email: 'juan@example.com',
            contactListId: null,
            contactListName: null,
            source: null,
            createdAt: '2026-11-01T12:00:00.000Z',
          },
          hasReplied: true,
          lastReplyAt: '2026-11-16T20:00:00.000Z',
          sessionWindowActive: true,
          sessionExpiresAt: '2026-11-17T20:00:00.000Z',
        },
      },
    },
  },
};
