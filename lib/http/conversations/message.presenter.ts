import type { MessageEntity } from '../../messages/message.entity.js';
import type { WhatsAppMessage } from '../../messages/message.view.js';
import type { MessagePricing } from '../../messages/pricing.js';
import { PRICING } from '../pricing.answer.js';
import { Field, type Plain } from '../surface/dto.js';

/** A message as the answer of a send in a conversation has it. */
export class SentMessage {
  @Field({ type: 'integer', example: 1001 })
  message_id!: number;

  @Field({ type: 'integer', example: 45 })
  conversation_id!: number;

  @Field({ example: 'Hola, ¿en qué podemos ayudarte?' })
  content!: string;

  @Field({ example: 'sent' })
  status!: string;
}

/** A message of a conversation. */
export class MessageView extends SentMessage {
  @Field({ example: 'text' })
  message_type!: string;

  @Field({ enum: ['outbound', 'inbound'], example: 'outbound' })
  direction!: WhatsAppMessage['direction'];

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;
}

/** A message in the history, with all statuses it has had. */
export class HistoryMessage extends MessageView {
  @Field({ description: 'Meta’s id.', nullable: true, example: 'wamid.HBgLNTAyMTIzNDU2NzgVAgARGBI3RjM1QjU0NwA=' })
  wamid!: string | null;

  @Field({
    type: 'object',
    description: 'Of a template its values; of other types Meta’s own object.',
    additionalProperties: true,
    nullable: true,
    example: { body: 'Hola, ¿en qué podemos ayudarte?' },
  })
  payload!: object | null;

  @Field({ description: 'Of the message that it replies to.', nullable: true, example: null })
  context_wamid!: string | null;

  @Field({ nullable: true, example: null })
  template_name!: string | null;

  @Field({ nullable: true, example: null })
  bulk_send_id!: string | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:00.000Z' })
  sent_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  delivered_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  read_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: null })
  failed_at!: Date | null;

  @Field({ nullable: true, example: null })
  error_code!: string | null;

  @Field({ nullable: true, example: null })
  error_message!: string | null;

  @Field(PRICING)
  pricing!: MessagePricing | null;
}

/** As much of a message as every answer has. */
type Presentable = Pick<MessageEntity, 'id' | 'type' | 'direction' | 'status' | 'createdAt'>;

export function presentSentMessage(message: Presentable, conversationId: number, content: string): SentMessage {
  return { message_id: message.id, conversation_id: conversationId, content, status: shownStatus(message) };
}

export function presentMessage(message: Presentable, conversationId: number, content: string): Plain<MessageView> {
  return {
    message_id: message.id,
    conversation_id: conversationId,
    content,
    message_type: message.type,
    direction: message.direction,
    status: shownStatus(message),
    created_at: message.createdAt,
  };
}

export function presentHistoryMessage(
  message: WhatsAppMessage,
  conversationId: number,
  content: string,
): HistoryMessage {
  return {
    ...presentMessage(message, conversationId, content),
    wamid: message.wamid,
    payload: message.content,
    context_wamid: message.contextWamid,
    template_name: message.templateName,
    bulk_send_id: message.bulkSendId,
    sent_at: message.sentAt,
    delivered_at: message.deliveredAt,
    read_at: message.readAt,
    failed_at: message.failedAt,
    error_code: message.errorCode,
    error_message: message.errorMessage,
    pricing: message.pricing,
  };
}

/** A voice note that was played was read. */
const shownStatus = ({ status }: Presentable): string => (status === 'played' ? 'read' : status);
