import type { MessageEntity, MessageStatus } from '../../../messages/message.entity.js';

/** This API knows five: what Meta has not answered yet, or never told the outcome of, may still become any of the others. */
const STATUSES: Readonly<Record<MessageStatus, keyof typeof STATUS_DESCRIPTIONS>> = {
  pending: 'pending',
  sending: 'pending',
  unconfirmed: 'pending',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  // A voice note that was played was read.
  played: 'read',
  failed: 'failed',
  received: 'delivered',
};

/** What each status means, the same for every message. */
export const STATUS_DESCRIPTIONS = {
  pending: 'The message is waiting to be sent, or Meta has not confirmed yet that it accepted it.',
  sent: 'Meta accepted the message and is delivering it.',
  delivered: 'The message was delivered to the recipient’s device.',
  read: 'The recipient read the message.',
  failed: 'The message could not be sent or delivered.',
} as const;

/** `data` of `GET /messages/:id/status`. */
export function presentStatus(message: MessageEntity): object {
  const { createdAt, sentAt, deliveredAt, readAt, playedAt, failedAt } = message;
  const times = [createdAt, sentAt, deliveredAt, readAt, playedAt, failedAt].filter((time) => time !== null);
  return {
    message_id: message.wamid ?? String(message.id),
    delivery_status: STATUSES[message.status],
    error_message: message.errorMessage,
    source: message.bulkSendId === null ? 'api' : 'campaign',
    last_updated: new Date(times.map(Number).reduce((latest, time) => Math.max(latest, time), 0)),
    statuses: STATUS_DESCRIPTIONS,
    times: {
      pending: createdAt,
      sent: sentAt,
      delivered: deliveredAt,
      read: readAt ?? playedAt,
      failed: failedAt,
    },
  };
}
