import type { MessageChange } from './message-changes.js';
import type { MessageEntity } from './message.entity.js';

/** What of a message tells who the person is or what was said, once they were erased; Meta's id has the number in it. */
export const ERASED: Partial<MessageEntity> = {
  recipientPhone: '',
  waId: null,
  userId: null,
  wamid: null,
  contextWamid: null,
  content: null,
  errorDetails: null,
};

/** Every other message has a number or a user id. */
export const isErased = ({ recipientPhone, userId }: Pick<MessageEntity, 'recipientPhone' | 'userId'>): boolean =>
  recipientPhone === '' && userId === null;

/** A row's change, which brings nothing back where the person was erased while the message was on its way. */
export function keepErased(
  row: Pick<MessageEntity, 'recipientPhone' | 'userId'>,
  change: MessageChange,
): MessageChange {
  return isErased(row) ? { ...change, ...ERASED } : change;
}
