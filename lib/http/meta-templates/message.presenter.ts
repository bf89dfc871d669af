import { toE164 } from '../../contacts/phone-number.js';
import type { MessageStatus } from '../../messages/message.entity.js';
import type { OutboundMessage } from '../../messages/message.view.js';
import { integer, string } from '../openapi/schema.js';
import type { MessagePricing } from '../../messages/pricing.js';
import { PRICING } from '../pricing.answer.js';
import { Field, type FieldOptions } from '../surface/dto.js';

export const MESSAGE_STATUSES = [
  'pending',
  'sending',
  'unconfirmed',
  'sent',
  'delivered',
  'read',
  'failed',
] as const satisfies readonly MessageStatus[];

/** The field of an error's code. */
export const ERROR_CODE: FieldOptions = {
  description: 'Meta’s code, or a word such as `OUTCOME_UNKNOWN`.',
  nullable: true,
  oneOf: [integer(), string()],
  example: null,
};

/** Meta's id of a message, for examples. */
export const WAMID = 'wamid.HBgNNTQ5MTExMjM0NTY3OBUCABEYEjdGMzVCNTQ3';

/** Answer of `POST /meta-templates/send/`. */
export class SentTemplateAnswer {
  @Field({ type: 'boolean', example: true })
  success!: true;

  @Field({ description: 'Meta’s id of the message.', example: WAMID })
  message_id!: string | null;

  @Field({ example: 'welcome_message' })
  template_name!: string | null;

  @Field({ example: '+5491112345678' })
  recipient_phone!: string;

  @Field({ enum: ['sent'], example: 'sent' })
  status!: 'sent';

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  sent_at!: Date | null;
}

/** Answer of `GET /meta-templates/messages/{message_id}/`. */
export class MessageAnswer {
  @Field({ example: WAMID })
  message_id!: string;

  @Field({ enum: MESSAGE_STATUSES, example: 'delivered' })
  status!: MessageStatus;

  @Field({ nullable: true, example: 'welcome_message' })
  template_name!: string | null;

  @Field({ example: '+5491112345678' })
  recipient_phone!: string;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:00.000Z' })
  sent_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:02.000Z' })
  delivered_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  read_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  failed_at!: Date | null;

  @Field(ERROR_CODE)
  error_code!: number | string | null;

  @Field({ nullable: true, example: null })
  error_message!: string | null;

  @Field(PRICING)
  pricing!: MessagePricing | null;
}

export function presentSentTemplate(message: OutboundMessage): SentTemplateAnswer {
  return {
    success: true,
    message_id: message.wamid,
    template_name: message.templateName,
    recipient_phone: presentRecipient(message),
    status: 'sent',
    sent_at: message.sentAt,
  };
}

export function presentMessage(message: OutboundMessage): MessageAnswer {
  return {
    message_id: message.wamid ?? String(message.id),
    // A voice note that was played was read.
    status: message.status === 'played' ? 'read' : message.status,
    template_name: message.templateName,
    recipient_phone: presentRecipient(message),
    sent_at: message.sentAt,
    delivered_at: message.deliveredAt,
    read_at: message.readAt,
    failed_at: message.failedAt,
    error_code: presentErrorCode(message.errorCode),
    error_message: message.errorMessage,
    pricing: message.pricing,
  };
}

/** A number with its `+`, or a business-scoped user id; empty for a person who was erased. */
export function presentRecipient({ recipientPhone, userId }: OutboundMessage): string {
  return recipientPhone === '' ? (userId ?? '') : toE164(recipientPhone);
}

/** Meta's codes are numbers; the module's own are words. */
export function presentErrorCode(errorCode: string | null): number | string | null {
  return errorCode !== null && /^\d+$/.test(errorCode) ? Number(errorCode) : errorCode;
}
