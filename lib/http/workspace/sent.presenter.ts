import type { SentInConversation } from '../../conversations/conversations.inputs.js';

/** What all sends answer. @param isFirst whether the person became a contact by it */
export function presentSent({ message, conversation }: SentInConversation, isFirst: boolean): object {
  return {
    message_id: message.wamid,
    contact_id: conversation.contact.id,
    phone: message.recipientPhone === '' ? message.userId : `+${message.recipientPhone}`,
    status: 'sent',
    sent_at: message.sentAt,
    chat_id: conversation.id,
    contact_created: isFirst,
  };
}
