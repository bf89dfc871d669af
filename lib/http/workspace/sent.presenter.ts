import type { SentMessage } from '../../conversations/conversation-sends.js';
import { Field, type Plain } from '../surface/dto.js';
import type { ContactEntity } from '../../contacts/contact.entity.js';
import type { MessageEntity } from '../../messages/message.entity.js';

/** Data of the answer of every send. */
export class SentData {
  @Field({
    description: 'Meta’s id of the message.',
    example: 'wamid.HBgLMTIwMjU1NTAxMjMVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA',
  })
  message_id!: string | null;

  @Field({ type: 'integer', example: 17 })
  contact_id!: number;

  @Field({ example: '+12025550123' })
  phone!: string | null;

  @Field({ enum: ['sent'], example: 'sent' })
  status!: 'sent';

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  sent_at!: Date | null;

  @Field({ type: 'integer', description: 'The conversation that it is in.', example: 9 })
  chat_id!: number;

  @Field({ type: 'boolean', description: 'Whether the person became a contact by it.', example: true })
  contact_created!: boolean;
}

/** @param isFirst whether the person became a contact by it */
export function presentSent({ message, conversation }: SentMessage, isFirst: boolean): Plain<SentData> {
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

/** Whether the contact was made for the message; the two then have one moment, so that it is known as long as they are there. */
export function wasCreatedBy(
  contact: Pick<ContactEntity, 'createdAt'>,
  message: Pick<MessageEntity, 'createdAt'>,
): boolean {
  return contact.createdAt.getTime() === message.createdAt.getTime();
}
