import type { ConversationEntity } from './conversation.entity.js';

/** How far a conversation has come. */
export type Progress = Pick<
  ConversationEntity,
  'status' | 'closedAt' | 'unreadCount' | 'lastMessageAt' | 'lastMessage' | 'lastInboundAt' | 'lastInboundWamid'
>;

/** A message that was said in a conversation. */
export interface SaidMessage {
  /** When it was said; of a customer's, by Meta's clock. */
  readonly at: Date;
  /** It in words. */
  readonly words: string;
  /** Of a customer's message. */
  readonly inbound?: {
    /** Meta's id of it. */
    readonly wamid: string;
    /** Whether it opens the service window. */
    readonly opensWindow: boolean;
  };
}

/**
 * Where a conversation stands after these messages, which open it again. Messages come late and in any order: what is later than
 * they are stays, and any order of the same messages leads to the same end.
 */
export function afterMessages(conversation: Progress, messages: readonly SaidMessage[]): Progress {
  const progress: Progress = {
    status: conversation.status,
    closedAt: conversation.closedAt,
    unreadCount: conversation.unreadCount,
    lastMessageAt: conversation.lastMessageAt,
    lastMessage: conversation.lastMessage,
    lastInboundAt: conversation.lastInboundAt,
    lastInboundWamid: conversation.lastInboundWamid,
  };
  for (const { at, words, inbound } of messages) {
    // A customer's is news whenever it comes; one of ours that is told again is none.
    if (inbound || progress.closedAt === null || at > progress.closedAt) {
      progress.status = 'active';
      progress.closedAt = null;
    }
    if (inbound) progress.unreadCount += 1;
    // A conversation that nothing was said in yet has its creation for its last message's time.
    if (progress.lastMessage === null || isLater([at, words], [progress.lastMessageAt, progress.lastMessage])) {
      progress.lastMessageAt = at;
      progress.lastMessage = words;
    }
    if (inbound?.opensWindow && isLater([at, inbound.wamid], [progress.lastInboundAt, progress.lastInboundWamid])) {
      progress.lastInboundAt = at;
      progress.lastInboundWamid = inbound.wamid;
    }
  }
  return progress;
}

/** Where two conversations stand that turn out to be one. */
export function together(one: Progress, other: Progress): Progress {
  const isActive = one.status === 'active' || other.status === 'active';
  const isOtherSaidLater =
    other.lastMessage !== null &&
    (one.lastMessage === null ||
      isLater([other.lastMessageAt, other.lastMessage], [one.lastMessageAt, one.lastMessage]));
  const isOtherHeardLater =
    other.lastInboundAt !== null &&
    isLater([other.lastInboundAt, other.lastInboundWamid ?? ''], [one.lastInboundAt, one.lastInboundWamid]);
  const { lastMessageAt, lastMessage } = isOtherSaidLater ? other : one;
  const { lastInboundAt, lastInboundWamid } = isOtherHeardLater ? other : one;
  return {
    status: isActive ? 'active' : 'closed',
    closedAt: isActive ? null : (one.closedAt ?? other.closedAt),
    unreadCount: one.unreadCount + other.unreadCount,
    lastMessageAt,
    lastMessage,
    lastInboundAt,
    lastInboundWamid,
  };
}

type Moment = readonly [at: Date | null, tieBreaker: string | null];

/** Meta's clock has but seconds: of two messages in the same one, their text decides, so that it is always the same one. */
function isLater([at, tieBreaker]: readonly [Date, string], [than, otherTieBreaker]: Moment): boolean {
  if (than === null || at.getTime() !== than.getTime()) return than === null || at > than;
  return otherTieBreaker === null || tieBreaker > otherTieBreaker;
}
