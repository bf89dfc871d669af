import type { BulkSend } from '../../bulk/bulk-send.js';
import type { Conversation } from '../../conversations/conversations.inputs.js';

/** One of `GET /chats`. */
export function presentChat({ id, contact, label, unreadCount, lastMessageAt }: Conversation): object {
  return { id, phone_number: contact.phone, label, unread_count: unreadCount, last_message_at: lastMessageAt };
}

/** One of `GET /campaigns`; one that was given no name is called by its template's. */
export function presentCampaign({ id, name, template, status, counts, createdAt }: BulkSend): object {
  return {
    id,
    name: name ?? template.name,
    status,
    sent_count: counts.sent,
    failed_count: counts.failed,
    created_at: createdAt,
  };
}
