import type { ContactEntity } from '../contacts/contact.entity.js';
import type { MessageEntity } from '../messages/message.entity.js';

/** Whether the contact was made for the message; the two then have one moment, so that it is known as long as they are there. */
export function wasCreatedBy(
  contact: Pick<ContactEntity, 'createdAt'>,
  message: Pick<MessageEntity, 'createdAt'>,
): boolean {
  return contact.createdAt.getTime() === message.createdAt.getTime();
}
