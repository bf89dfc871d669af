import { windowEnd } from '../messages/service-windows.js';
import type { ConversationEntity } from './conversation.entity.js';
import type { FreeFormWindow } from './conversations.inputs.js';

/** Whether the service window of a conversation is open, for 24 hours after the customer wrote last, and until when. */
export function windowOf(
  conversation: Pick<ConversationEntity, 'lastInboundAt'> | null,
  now = new Date(),
): FreeFormWindow {
  const until = conversation?.lastInboundAt ? windowEnd(conversation.lastInboundAt) : null;
  return { open: until !== null && until > now, until };
}
