import type { OperationDescription } from '../../openapi/operation.js';
import { dateTime, nullable, object, oneOf, string } from '../../openapi/schema.js';
import { successSchema } from '../success.schema.js';
import { STATUS_DESCRIPTIONS } from './message-status.presenter.js';

const TIME = nullable(dateTime());

const STATUS = object({
  message_id: string({ description: 'Meta’s id, or the row’s where Meta gave none.' }),
  delivery_status: oneOf('pending', 'sent', 'delivered', 'read', 'failed'),
  error_message: nullable(string()),
  source: oneOf('api', 'campaign'),
  last_updated: dateTime(),
  statuses: {
    ...object({ pending: string(), sent: string(), delivered: string(), read: string(), failed: string() }),
    description: 'What each possible status means.',
  },
  times: {
    ...object({ pending: TIME, sent: TIME, delivered: TIME, read: TIME, failed: TIME }),
    description: 'When the message reached each status; null where it did not.',
  },
});

export const messageStatusOperation: OperationDescription = {
  summary: 'Look up what became of a message',
  params: { id: { description: '`message_id` of a send, or the id of its row.', schema: string() } },
  answers: {
    200: {
      description: 'Its status.',
      json: {
        schema: successSchema(STATUS),
        example: {
          status: 'success',
          message: 'Message status retrieved successfully',
          data: {
            message_id: 'wamid.HBgLMTIwMjU1NTAxMjMVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA',
            delivery_status: 'delivered',
            error_message: null,
            source: 'api',
            last_updated: '2026-11-16T21:30:02.000Z',
            statuses: STATUS_DESCRIPTIONS,
            times: {
              pending: '2026-11-16T21:29:59.000Z',
              sent: '2026-11-16T21:30:00.000Z',
              delivered: '2026-11-16T21:30:02.000Z',
              read: null,
              failed: null,
            },
          },
        },
      },
    },
  },
  errors: [404, 429],
};
