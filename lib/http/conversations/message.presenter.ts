import type { MessageEntity } from '../../messages/message.entity.js';

/** A message of a conversation, with its words. */
export function presentMessage(message: MessageEntity, conversationId: number, content: string): object {
  return {
    message_id: message.id,
    conversation_id: conversationId,
    content,
    message_type: message.type,
    direction: message.direction,
    status: statusOf(message),
    created_at: message.createdAt,
  };
}

/** The same in the history, with all that became of it. */
export function presentHistoryMessage(message: MessageEntity, conversationId: number, content: string): object {
  return {
    ...presentMessage(message, conversationId, content),
    wamid: message.wamid,
    // Of a template its values; of other types Meta's own object.
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
  };
}

/** Answer of `POST /conversations/:id/messages`. */
export function presentSentMessage(message: MessageEntity, conversationId: number, content: string): object {
  return { message_id: message.id, conversation_id: conversationId, content, status: statusOf(message) };
}

/** A voice note that was played was read. */
const statusOf = ({ status }: MessageEntity): string => (status === 'played' ? 'read' : status);
