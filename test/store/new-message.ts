import type { MessageEntity } from '../../lib/messages/message.entity.js';

/** A row of `whatsapp_messages` with everything that must not be null. */
export function newMessage(fields: Partial<MessageEntity> = {}): Partial<MessageEntity> {
  return {
    id: 1,
    workspaceId: 1,
    phoneNumberId: '813400',
    direction: 'outbound',
    type: 'template',
    status: 'sent',
    recipientPhone: '5491112345678',
    attempt: 1,
    createdAt: new Date(),
    ...fields,
  };
}
