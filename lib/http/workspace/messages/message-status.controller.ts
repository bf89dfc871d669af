import { Controller, Get, Param } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { MessagesService } from '../../../messages/messages.service.js';
import { Operation, type OperationDescription } from '../../openapi/operation.js';
import { presentSuccess } from '../success.presenter.js';
import { dateTime, nullable, object, oneOf, string } from '../../openapi/schema.js';
import { successSchema } from '../success.schema.js';
import type { MessageEntity, MessageStatus } from '../../../messages/message.entity.js';

/** This API knows five: what Meta has not answered yet, or never told the outcome of, may still become any of the others. */
const STATUSES: Readonly<Record<MessageStatus, keyof typeof STATUS_DESCRIPTIONS>> = {
  pending: 'pending',
  sending: 'pending',
  unconfirmed: 'pending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  // A voice note that was played was read.
  played: 'read',
  failed: 'failed',
  received: 'delivered',
};

/** What each status means, the same for every message. */
const STATUS_DESCRIPTIONS = {
  pending: 'The message is waiting to be sent, or Meta has not confirmed yet that it accepted it.',
  sent: 'Meta accepted the message and is delivering it.',
  delivered: 'The message was delivered to the recipient’s device.',
  read: 'The recipient read the message.',
  failed: 'The message could not be sent or delivered.',
} as const;

/** `data` of `GET /messages/:id/status`. */
function presentStatus(message: MessageEntity): object {
  const { createdAt, sentAt, deliveredAt, readAt, playedAt, failedAt } = message;
  const times = [createdAt, sentAt, deliveredAt, readAt, playedAt, failedAt].filter((time) => time !== null);
  return {
    message_id: message.wamid ?? String(message.id),
    delivery_status: STATUSES[message.status],
    error_message: message.errorMessage,
    source: message.bulkSendId === null ? 'api' : 'campaign',
    last_updated: new Date(times.map(Number).reduce((latest, time) => Math.max(latest, time), 0)),
    statuses: STATUS_DESCRIPTIONS,
    times: {
      pending: createdAt,
      sent: sentAt,
      delivered: deliveredAt,
      read: readAt ?? playedAt,
      failed: failedAt,
    },
  };
}

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

const messageStatusOperation: OperationDescription = {
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

/** Tells what became of messages. */
@Controller('messages')
export class MessageStatusController {
  constructor(private readonly messages: MessagesService) {}

  /** By Meta's id or by row id. */
  @Get(':id/status')
  @RequireAbility('messages.send')
  @Operation(messageStatusOperation)
  async status(@Param('id') id: string, @CurrentCaller() { workspace }: Caller): Promise<object> {
    const message = await this.messages.get(id, { workspace });
    return presentSuccess('Message status retrieved successfully', presentStatus(message));
  }
}
