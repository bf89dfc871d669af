import { Controller, Get, Param } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { MessagesService } from '../../../messages/messages.service.js';
import { Operation } from '../../openapi/operation.js';
import { NotFoundError } from '../../../errors.js';
import { string } from '../../openapi/schema.js';
import type { MessagePricing } from '../../../messages/pricing.js';
import { PRICING } from '../../pricing.answer.js';
import { Field } from '../../surface/dto.js';
import { success, successAnswer, type Success } from '../success.js';
import type { MessageStatus } from '../../../messages/message.entity.js';
import type { OutboundMessage } from '../../../messages/message.view.js';

/** This API knows five: a message without an answer of Meta, or of unknown outcome, may still reach any of the others. */
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

/** What each status means, in a sentence. */
export class StatusDescriptions {
  @Field({ example: STATUS_DESCRIPTIONS.pending })
  pending!: string;

  @Field({ example: STATUS_DESCRIPTIONS.sent })
  sent!: string;

  @Field({ example: STATUS_DESCRIPTIONS.delivered })
  delivered!: string;

  @Field({ example: STATUS_DESCRIPTIONS.read })
  read!: string;

  @Field({ example: STATUS_DESCRIPTIONS.failed })
  failed!: string;
}

/** When a message reached each status. */
export class StatusTimes {
  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:29:59.000Z' })
  pending!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:00.000Z' })
  sent!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:02.000Z' })
  delivered!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  read!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  failed!: Date | null;
}

/** Data of `GET /messages/:id/status`. */
export class MessageStatusData {
  @Field({
    description: 'Meta’s id, or the row’s where Meta gave none.',
    example: 'wamid.HBgLMTIwMjU1NTAxMjMVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA',
  })
  message_id!: string;

  @Field({ enum: ['pending', 'sent', 'delivered', 'read', 'failed'], example: 'delivered' })
  delivery_status!: keyof typeof STATUS_DESCRIPTIONS;

  @Field({ nullable: true, example: null })
  error_message!: string | null;

  @Field(PRICING)
  pricing!: MessagePricing | null;

  @Field({ enum: ['api', 'campaign'], example: 'api' })
  source!: 'api' | 'campaign';

  @Field({ format: 'date-time', example: '2026-11-16T21:30:02.000Z' })
  last_updated!: Date;

  @Field({ type: () => StatusDescriptions, description: 'What each possible status means.' })
  statuses!: StatusDescriptions;

  @Field({ type: () => StatusTimes, description: 'When the message reached each status; null where it did not.' })
  times!: StatusTimes;
}

/** Reports the status of messages. */
@Controller('messages')
export class MessageStatusController {
  constructor(private readonly messages: MessagesService) {}

  /** By Meta's id or by row id. */
  @Get(':id/status')
  @RequireAbility('messages.send')
  @Operation({
    summary: 'Get the status of a message',
    params: { id: { description: '`message_id` of a send, or the id of its row.', schema: string() } },
    answers: { 200: successAnswer('Its status.', 'Message status retrieved successfully', MessageStatusData) },
    errors: [404, 429],
    throws: [new NotFoundError('MESSAGE_NOT_FOUND', 'There is no message 12.')],
  })
  async status(
    @Param('id') id: string,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<Success<MessageStatusData>> {
    const message = await this.messages.get(id, { workspace });
    return success('Message status retrieved successfully', presentStatus(message));
  }
}

function presentStatus(message: OutboundMessage): MessageStatusData {
  const { createdAt, sentAt, deliveredAt, readAt, playedAt, failedAt } = message;
  const times = [createdAt, sentAt, deliveredAt, readAt, playedAt, failedAt].filter((time) => time !== null);
  return {
    message_id: message.wamid ?? String(message.id),
    delivery_status: STATUSES[message.status],
    error_message: message.errorMessage,
    pricing: message.pricing,
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
