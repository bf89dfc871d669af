import type { MessageStatus } from '../../../messages/message.entity.js';
import type { BulkMessage } from '../../../messages/message.view.js';
import type { TemplatePartVariables, TemplateVariables } from '../../../templates/variables/variable-values.js';
import type { MessagePricing } from '../../../messages/pricing.js';
import { PRICING } from '../../pricing.answer.js';
import { Field } from '../../surface/dto.js';
import { ERROR_CODE, MESSAGE_STATUSES, presentErrorCode, presentRecipient, WAMID } from '../message.presenter.js';

/** One recipient's result, in a list and in an export, of which the fields are the columns. */
export class BulkMessageView {
  @Field({ type: 'integer', example: 1001 })
  readonly id!: number;

  @Field({ example: '+5491112345678' })
  readonly recipient_phone!: string;

  @Field({ enum: MESSAGE_STATUSES, example: 'read' })
  readonly status!: MessageStatus;

  @Field({ nullable: true, example: WAMID })
  readonly meta_message_id!: string | null;

  @Field({ type: 'object', additionalProperties: true, example: { name: 'Juan', company: 'Mi Empresa' } })
  readonly variables_used!: object;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:00.000Z' })
  readonly sent_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:02.000Z' })
  readonly delivered_at!: Date | null;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:31:00.000Z' })
  readonly read_at!: Date | null;

  @Field(ERROR_CODE)
  readonly error_code!: number | string | null;

  @Field({ nullable: true, example: null })
  readonly error_message!: string | null;

  @Field(PRICING)
  readonly pricing!: MessagePricing | null;
}

export function presentBulkMessage(message: BulkMessage): BulkMessageView {
  return {
    id: message.id,
    recipient_phone: presentRecipient(message),
    status: message.status === 'played' ? 'read' : message.status,
    meta_message_id: message.wamid,
    variables_used: presentVariables(message.content ?? {}),
    sent_at: message.sentAt,
    delivered_at: message.deliveredAt,
    read_at: message.readAt,
    error_code: presentErrorCode(message.errorCode),
    error_message: message.errorMessage,
    pricing: message.pricing,
  };
}

/** As the columns of a CSV have them: variables and buttons side by side. One-time codes are kept elsewhere. */
function presentVariables({ cards, ...part }: TemplateVariables): object {
  return { ...presentPart(part), ...(cards && { cards: cards.map(presentPart) }) };
}

const presentPart = ({ variables, buttonVariables }: TemplatePartVariables): object => ({
  ...variables,
  ...buttonVariables,
});
