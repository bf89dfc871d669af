import type { BulkSend, BulkSendStatus } from '../../bulk/bulk-send.js';
import type { Conversation } from '../../conversations/conversations.inputs.js';

/** One of `GET /chats`. @param labels their ids */
export function presentChat(
  { id, contact, label, unreadCount, lastMessageAt }: Conversation,
  labels: ReadonlyMap<string, number>,
): object {
  const labelId = label === null ? null : (labels.get(label) ?? null);
  return { id, phone_number: contact.phone, label: labelId, unread_count: unreadCount, last_message_at: lastMessageAt };
}

/** One of `GET /campaigns`; one that was given no name is called by its template's. */
export function presentCampaign({ number, name, template, status, counts, createdAt }: BulkSend): object {
  return {
    id: number,
    name: name ?? template.name,
    status: CAMPAIGN_STATUSES[status],
    sent_count: counts.sent,
    failed_count: counts.failed,
    created_at: createdAt,
  };
}

/** This API's words; there are no drafts here. What was not sent of a cancelled one failed. */
const CAMPAIGN_STATUSES: Readonly<Record<BulkSendStatus, string>> = {
  SCHEDULED: 'scheduled',
  QUEUED: 'running',
  PROCESSING: 'running',
  PAUSED: 'paused',
  COMPLETED: 'completed',
  PARTIAL: 'completed',
  FAILED: 'failed',
  CANCELLED: 'failed',
};
