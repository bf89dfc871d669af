import type { MessageEntity } from '../../../messages/message.entity.js';
import type { PartVariables, TemplateVariables } from '../../../templates/variables/variable-values.js';
import { presentErrorCode, presentRecipient } from '../message.presenter.js';

/** One recipient's result, in a list and in an export. */
export interface BulkMessageView {
  readonly id: number;
  readonly recipient_phone: string;
  readonly status: string;
  readonly meta_message_id: string | null;
  readonly variables_used: object;
  readonly sent_at: Date | null;
  readonly delivered_at: Date | null;
  readonly read_at: Date | null;
  readonly error_code: number | string | null;
  readonly error_message: string | null;
}

export function presentBulkMessage(message: MessageEntity): BulkMessageView {
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
  };
}

/** As the columns of a CSV have them: variables and buttons side by side. One-time codes are kept elsewhere. */
function presentVariables({ cards, ...part }: TemplateVariables): object {
  return { ...presentPart(part), ...(cards && { cards: cards.map(presentPart) }) };
}

const presentPart = ({ variables, buttonVariables }: PartVariables): object => ({ ...variables, ...buttonVariables });
