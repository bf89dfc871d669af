import { toE164 } from '../../contacts/phone-number.js';
import type { MessageEntity } from '../../messages/message.entity.js';

/** Answer of `POST /meta-templates/send/`. */
export function presentSentTemplate(message: MessageEntity): object {
  return {
    success: true,
    message_id: message.wamid,
    template_name: message.templateName,
    recipient_phone: presentRecipient(message),
    status: 'sent',
    sent_at: message.sentAt,
  };
}

/** Answer of `GET /meta-templates/messages/{message_id}/`. */
export function presentMessage(message: MessageEntity): object {
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
  };
}

/** A number with its `+`, or a business-scoped user id; empty for a person who was erased. */
export function presentRecipient({ recipientPhone, userId }: MessageEntity): string {
  return recipientPhone === '' ? (userId ?? '') : toE164(recipientPhone);
}

/** Meta's codes are numbers; the module's own are words. */
export function presentErrorCode(errorCode: string | null): number | string | null {
  return errorCode !== null && /^\d+$/.test(errorCode) ? Number(errorCode) : errorCode;
}
