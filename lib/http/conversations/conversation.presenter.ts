import type { ContactEntity } from '../../contacts/contact.entity.js';
import type { Conversation } from '../../conversations/conversations.inputs.js';
import { windowOf } from '../../conversations/service-window.js';

/** A conversation as this API shows it. */
export function presentConversation(conversation: Conversation): object {
  return {
    ...presentConversationLink(conversation),
    customer_name: nameOf(conversation.contact),
    user_id: conversation.contact.userId,
    phone_number_id: conversation.phoneNumberId,
    status: conversation.status,
    label: conversation.label,
    last_message: conversation.lastMessage,
    last_message_at: conversation.lastMessageAt,
    unread_count: conversation.unreadCount,
    assigned_to: conversation.assignedTo,
    window_expires_at: windowOf(conversation).until,
    created_at: conversation.createdAt,
    closed_at: conversation.closedAt,
  };
}

/** As much of it as the answer of a send has. */
export function presentConversationLink({ id, contact, requestId }: Conversation): object {
  return { conversation_id: id, phone_number: contact.phone, request_id: requestId };
}

/** As the business knows them, else as they call themselves. */
function nameOf({ firstName, lastName, profileName }: ContactEntity): string | null {
  const known = [firstName, lastName].filter(Boolean).join(' ');
  return known === '' ? profileName : known;
}
