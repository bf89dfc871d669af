import type { Conversation } from '../api.js';
import { phone } from '../format.js';
import type { LiveEvent } from '../live.js';
import { isEmbedded } from '../router.js';

/** Where the inbox is: a page of the console, or all that a frame shows. */
const ROOT = isEmbedded ? 'embedded' : 'inbox';

/** In a frame nothing follows what happens in the workspace: a link shows a part of it. */
export const follow = (matters?: (event: LiveEvent) => boolean) =>
  isEmbedded ? { every: 4_000 } : { live: ['inbound', 'message', 'conversation'] as const, matters };

/** Whether something that happened is about a conversation; many things at once are about any. */
export const isAbout =
  (id: string) =>
  (event: LiveEvent): boolean => {
    if (event.kind === 'conversation')
      return event.omitted > 0 || event.conversations.some((one) => String(one.id) === id);
    if (event.kind !== 'message' && event.kind !== 'inbound') return true;
    return event.omitted > 0 || event.messages.some(({ conversation_id: of }) => of === null || String(of) === id);
  };

export const addressOfConversation = (id: number): string => `${ROOT}/${id}`;
export const addressOfList = ROOT;

/** As the business knows the person, else what they are known by. */
export const nameOf = ({ customer_name, phone_number, username, user_id }: Conversation): string =>
  customer_name ?? (phone_number === null ? (username ?? user_id ?? '') : phone(phone_number));
