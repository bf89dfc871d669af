import { isKnownErrorCode, reactionTo } from '../../graph/error-catalogue.js';
import type { OutboundMessage } from '../../messages/message.view.js';
import { previewOf } from '../../conversations/conversation-progress.js';
import { Field, type Plain } from '../surface/dto.js';

export const MESSAGE_STATUSES = [
  'pending',
  'sending',
  'unconfirmed',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
] as const;

/** A message in a list. */
export class MessageItem {
  @Field({ type: 'integer', description: 'Its row.', example: 12 })
  id!: number;

  @Field({ description: 'Meta’s type of message.', example: 'template' })
  type!: string;

  @Field({ enum: MESSAGE_STATUSES, example: 'delivered' })
  status!: string;

  @Field({ description: 'Digits without `+`; empty for a person known by a user id alone.', example: '5491112345678' })
  phone!: string;

  @Field({ nullable: true, example: null })
  user_id!: string | null;

  @Field({ description: 'Text, caption or label; the name of a template in brackets.', example: '[welcome_message]' })
  preview!: string;

  @Field({ nullable: true, example: 'welcome_message' })
  template_name!: string | null;

  @Field({ nullable: true, example: 'es' })
  template_language!: string | null;

  @Field({ description: 'Meta’s id of the number that sends it.', example: '106540352242922' })
  phone_number_id!: string;

  @Field({ nullable: true, example: null })
  bulk_send_id!: string | null;

  @Field({ description: 'Meta’s, or one of the module’s.', nullable: true, example: null })
  error_code!: string | null;

  @Field({ nullable: true, example: null })
  error_message!: string | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:00.210Z' })
  sent_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:02.000Z' })
  delivered_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  read_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  failed_at!: Date | null;
}

/** What is known of an error, beyond its own text. */
export class ErrorExplanation {
  @Field({ description: 'What the module does about it.', nullable: true, example: 'FAIL_RCPT' })
  reaction!: string | null;

  @Field({ description: 'What it is about.', nullable: true, example: 'recipient' })
  scope!: string | null;

  @Field({ description: 'What it means, in a sentence.', nullable: true, example: 'The message cannot be delivered.' })
  meaning!: string | null;

  @Field({ type: 'boolean', description: 'Whether it may pass by itself.', example: false })
  may_pass!: boolean;

  @Field({
    description: 'Meta’s own page about its errors; null for an error of the module’s.',
    nullable: true,
    example: null,
  })
  documentation_url!: string | null;

  @Field({ description: 'Meta’s `error_data.details`.', nullable: true, example: null })
  details!: string | null;

  @Field({ description: 'The id that Meta’s support asks for.', nullable: true, example: null })
  trace_id!: string | null;
}

/** What Meta charges. */
export class MessagePrice {
  @Field({ type: 'boolean', nullable: true, example: true })
  billable!: boolean | null;

  @Field({ nullable: true, example: 'marketing' })
  category!: string | null;

  @Field({ nullable: true, example: 'regular' })
  type!: string | null;

  @Field({ nullable: true, example: 'PMP' })
  model!: string | null;

  @Field({ description: 'The country that sets the price.', nullable: true, example: 'AR' })
  country!: string | null;
}

/** A message with all that is known of it. */
export class MessageDetail extends MessageItem {
  @Field({ nullable: true, example: 'wamid.HBgNNTQ5MTEx' })
  wamid!: string | null;

  @Field({ nullable: true, example: '5491112345678' })
  wa_id!: string | null;

  @Field({ nullable: true, example: 'UTILITY' })
  template_category!: string | null;

  @Field({ description: 'The wamid of the message that it replies to.', nullable: true, example: null })
  context_wamid!: string | null;

  @Field({
    type: 'object',
    additionalProperties: true,
    description: 'What was asked for; null where it is not kept.',
    nullable: true,
    example: { variables: { name: 'Juan' } },
  })
  content!: object | null;

  @Field({ description: 'Meta’s `message_status`.', nullable: true, example: 'accepted' })
  message_status!: string | null;

  @Field({ type: 'integer', description: 'Tries that Meta refused for a reason that may pass.', example: 0 })
  retries!: number;

  @Field({ format: 'date-time', nullable: true, example: null })
  next_attempt_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  played_at!: Date | null;

  @Field({ type: () => MessagePrice, nullable: true })
  price!: MessagePrice | null;

  @Field({ type: () => ErrorExplanation, description: 'Of a failed message.', nullable: true })
  error!: ErrorExplanation | null;

  @Field({ type: 'boolean', description: 'Whether it can be sent again by itself.', example: false })
  can_send_again!: boolean;
}

export function presentMessageItem(message: OutboundMessage): Plain<MessageItem> {
  const { id, type, status, templateName, templateLanguage, phoneNumberId, bulkSendId } = message;
  return {
    id,
    type,
    status,
    phone: message.recipientPhone,
    user_id: message.userId,
    preview: previewOf(message),
    template_name: templateName,
    template_language: templateLanguage,
    phone_number_id: phoneNumberId,
    bulk_send_id: bulkSendId,
    error_code: message.errorCode,
    error_message: message.errorMessage,
    created_at: message.createdAt,
    sent_at: message.sentAt,
    delivered_at: message.deliveredAt,
    read_at: message.readAt,
    failed_at: message.failedAt,
  };
}

export function presentMessageDetail(message: OutboundMessage): MessageDetail {
  const { status, content, bulkSendId, pricing, pricingCountry } = message;
  return {
    ...presentMessageItem(message),
    wamid: message.wamid,
    wa_id: message.waId,
    template_category: message.templateCategory,
    context_wamid: message.contextWamid,
    content,
    message_status: message.messageStatus,
    retries: message.retries,
    next_attempt_at: message.nextAttemptAt,
    played_at: message.playedAt,
    price: pricing && {
      billable: pricing.billable,
      category: pricing.category,
      type: pricing.type,
      model: pricing.pricing_model,
      country: pricingCountry,
    },
    error: status === 'failed' ? presentError(message) : null,
    can_send_again: status === 'failed' && bulkSendId === null && content !== null,
  };
}

function presentError({ errorCode, errorDetails, errorTraceId }: OutboundMessage): ErrorExplanation {
  const explained = explanationOf(errorCode);
  return {
    reaction: explained?.reaction ?? null,
    scope: explained?.scope ?? null,
    meaning: explained?.meaning ?? null,
    may_pass: explained?.transient ?? false,
    documentation_url: explained ? DOCUMENTATION : null,
    details: errorDetails,
    trace_id: errorTraceId,
  };
}

const DOCUMENTATION = 'https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes';

/** What the catalogue says of an error of Meta's; undefined for one of the module's, which has its own sentence. */
export const explanationOf = (errorCode: string | null) => {
  const code = errorCode !== null && /^\d+$/.test(errorCode) ? Number(errorCode) : undefined;
  return code !== undefined && isKnownErrorCode(code) ? reactionTo(code) : undefined;
};
