import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { ConversationOpenings, type Talk, ConversationRows } from '../../conversations/conversation-rows.js';
import { type SaidMessage, LONGEST_WORDS, previewOf } from '../../conversations/conversation-progress.js';
import type { Conversation } from '../../conversations/conversation.entity.js';
import { LIVE_FEED, type LiveFeed } from '../../live-feed.js';
import { inList } from '../../store/dialect.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { RowIds } from '../../store/row-ids.js';
import { readEntities, select, type Statements } from '../../store/statement.js';
import { truncateForColumn } from '../../store/columns.js';
import { type InboundRow, MessageRepository } from '../../messages/message-repository.js';
import { MessageEntity } from '../../messages/message.entity.js';
import type { InboundMessage, NumberChange } from './inbound-message.js';
import { OPENS_NO_WINDOW } from '../../messages/service-windows.js';
import { ConversationReads } from '../../conversations/conversation-reads.js';
import { isErased } from '../../messages/message-changes.js';
import { CallbackOutbox } from '../../callbacks/callback-outbox.js';
import { toE164 } from '../../contacts/phone-number.js';
import { countryOfUserId } from '../../contacts/reported-contact.js';

/** A customer's message, as it is stored now. */
export interface StoredMessage {
  /** Whether it was not reported before. */
  readonly isNew: boolean;
  readonly inbound: InboundMessage;
  readonly message: MessageEntity;
  readonly conversation: Conversation;
}

/** A customer's message and the workspace that it came to. */
export interface ReceivedMessage extends InboundMessage {
  readonly workspaceId: number;
  /** The sender's change of number, if the message reports one. */
  readonly change?: NumberChange | undefined;
}

type NewRow = InboundRow &
  Pick<MessageEntity, 'type' | 'createdAt'> & { readonly learnedAt: Date; readonly wamid: string };

interface Arrival {
  readonly inbound: ReceivedMessage;
  readonly key: string;
  readonly row: NewRow;
}

interface Placed {
  readonly arrival: Arrival;
  readonly conversation: Conversation;
  readonly isNew: boolean;
}

/** Stores what customers send: a row each, once, and how far it moves its conversation, in one transaction. */
@Injectable()
export class InboundRows {
  /** When the last message was learned of. */
  #learned = 0;

  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly repository: MessageRepository,
    private readonly rowIds: RowIds,
    private readonly openings: ConversationOpenings,
    private readonly conversations: ConversationRows,
    private readonly outbox: CallbackOutbox,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** @returns the messages as they are stored now, each once */
  async store(received: readonly ReceivedMessage[]): Promise<StoredMessage[]> {
    if (received.length === 0) return [];
    const arrivals = await this.#arrivals(received);
    const write = this.#write.bind(this);
    const placed = await this.openings.locked(arrivals.map(talkOf), (conversations) => write(arrivals, conversations));
    const news = placed.filter(({ isNew }) => isNew);
    this.feed.note(
      news.map(({ arrival: { row }, conversation }) => ({
        kind: 'inbound',
        id: row.id,
        conversationId: conversation.id,
      })),
    );
    const again = placed.filter(({ isNew }) => !isNew).map(({ arrival }) => arrival);
    const rows = again.length === 0 ? [] : await this.messages.findBy({ idempotencyKey: this.#keysOf(again) });
    const byKey = new Map(rows.map((row) => [row.idempotencyKey, row]));
    return placed.flatMap(({ arrival: { inbound, key, row }, conversation, isNew }) => {
      const { learnedAt: _, ...stored } = row;
      const message = isNew ? this.repository.asStored(stored) : byKey.get(key);
      return message ? [{ inbound, message, conversation, isNew }] : [];
    });
  }

  #keysOf(arrivals: readonly Arrival[]) {
    return inList(
      this.messages,
      arrivals.map(({ key }) => key),
    );
  }

  async #arrivals(received: readonly ReceivedMessage[]): Promise<Arrival[]> {
    const ids = await this.rowIds.take(received.length);
    const arrivals = new Map<string, Arrival>();
    for (const [index, inbound] of received.entries()) {
      const key = inboundKey(inbound);
      // One after the other, also of those that come at once.
      this.#learned = Math.max(Date.now(), this.#learned + 1);
      const learnedAt = new Date(this.#learned);
      if (!arrivals.has(key)) arrivals.set(key, { inbound, key, row: rowOf(inbound, ids[index] ?? 0, key, learnedAt) });
    }
    return [...arrivals.values()];
  }

  *#write(arrivals: readonly Arrival[], conversations: readonly Conversation[]): Statements<Placed[]> {
    // Whoever stores the same messages at the same time waits for the conversations, and finds them here after that.
    const query = this.messages
      .createQueryBuilder('message')
      .select('message.idempotencyKey', 'key')
      .where({ idempotencyKey: this.#keysOf(arrivals) });
    const known = new Set((yield* select<{ key: string }>(query)).map(({ key }) => key));
    const placed = arrivals.flatMap((arrival, index): Placed[] => {
      const conversation = conversations[index];
      return conversation ? [{ arrival, conversation, isNew: !known.has(arrival.key) }] : [];
    });
    const news = placed.filter(({ isNew }) => isNew);
    yield* this.repository.insertInbound(news.map(({ arrival: { row } }) => row));
    const moved = new Map<Conversation, SaidMessage[]>();
    for (const {
      arrival: { row },
      conversation,
    } of news) {
      if (isSaid(row.type)) moved.set(conversation, [...(moved.get(conversation) ?? []), saidMessage(row)]);
    }
    yield* this.conversations.advance(moved);
    yield* this.#report(news);
    return placed;
  }

  /** For the callbacks of workspaces that have one, in the transaction that stores the messages. */
  *#report(news: readonly Placed[]): Statements<void> {
    const workspaceIds = news.map(({ arrival }) => arrival.inbound.workspaceId);
    const wanting = yield* this.outbox.wanting('message.inbound', workspaceIds);
    const wanted = news.filter(({ arrival }) => wanting.has(arrival.inbound.workspaceId));
    yield* this.outbox.put(
      wanted.map((message) => ({
        workspaceId: message.arrival.inbound.workspaceId,
        event: 'message.inbound',
        contactId: message.conversation.contactId,
        at: message.arrival.inbound.sentAt,
        data: callbackDataOf(message),
      })),
    );
  }
}

function callbackDataOf({ arrival: { inbound, row }, conversation }: Placed): object {
  const { item, wamid, type, sentAt, sender, content, contextWamid } = inbound;
  return {
    id: row.id,
    message_id: wamid,
    phone: sender.phone === undefined ? null : toE164(sender.phone),
    user_id: sender.userId ?? null,
    parent_user_id: sender.parentUserId ?? null,
    user_country: countryOfUserId(sender.userId ?? sender.parentUserId ?? null),
    username: sender.username ?? null,
    name: sender.profileName ?? null,
    contact_id: conversation.contactId,
    chat_id: conversation.id,
    phone_number_id: item.phoneNumberId,
    type,
    text: previewOf({ type, content, templateName: null }),
    content,
    reply_to: contextWamid,
    received_at: sentAt,
  };
}

function talkOf({ inbound: { workspaceId, item, sender } }: Arrival): Talk {
  return { workspaceId, phoneNumberId: item.phoneNumberId, person: sender };
}

/** Meta reports a message again and again; there is one row of it, for the column is unique. */
export function inboundKey({ item, wamid }: InboundMessage): string {
  return createHash('sha256').update(`inbound:${item.phoneNumberId}:${wamid}`).digest('hex');
}

function rowOf(
  { workspaceId, item, sender, ...inbound }: ReceivedMessage,
  id: number,
  key: string,
  learnedAt: Date,
): NewRow {
  return {
    id,
    workspaceId,
    phoneNumberId: item.phoneNumberId,
    direction: 'inbound',
    type: inbound.type,
    status: 'received',
    recipientPhone: truncateForColumn(sender.phone ?? '', 32),
    waId: sender.waId ?? null,
    userId: sender.phone === undefined ? (sender.userId ?? null) : null,
    wamid: inbound.wamid,
    attempt: 0,
    retries: 0,
    contextWamid: inbound.contextWamid,
    content: inbound.content,
    idempotencyKey: key,
    createdAt: inbound.sentAt,
    learnedAt,
  };
}

function saidMessage({ type, wamid, createdAt, learnedAt, content = null }: NewRow): SaidMessage {
  const words = truncateForColumn(previewOf({ type, content, templateName: null }), LONGEST_WORDS);
  return { at: createdAt, learnedAt, words, inbound: { wamid, opensWindow: opensServiceWindow(type) } };
}

/** Whether a message opens the service window; one of a type that Meta may add does. */
const opensServiceWindow = (type: string): boolean => !OPENS_NO_WINDOW.includes(type);

/** Whether someone said something to be read, be it in a type that Meta does not hand on; reactions and notes are kept only. */
const isSaid = (type: string): boolean => type === 'unsupported' || opensServiceWindow(type);

/** A message that Meta reports again, and its row. */
interface KnownMessage {
  readonly inbound: ReceivedMessage;
  readonly message: MessageEntity;
}

/** Customers' messages that Meta reports again. Nothing is made again for them: their sender may have been erased since. */
@Injectable()
export class KnownMessages {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly conversations: ConversationReads,
  ) {}

  /** Those that are not stored yet, and those that are, each once; what erased people sent is in neither. */
  async apart(
    received: readonly ReceivedMessage[],
  ): Promise<{ readonly news: readonly ReceivedMessage[]; readonly known: readonly KnownMessage[] }> {
    const byKey = new Map(received.map((inbound) => [inboundKey(inbound), inbound]));
    const rows = await readEntities(this.messages, {
      idempotencyKey: inList(this.messages, [...byKey.keys()]),
    });
    const known = rows.flatMap((message) => {
      const inbound = byKey.get(message.idempotencyKey ?? '');
      byKey.delete(message.idempotencyKey ?? '');
      return inbound && !isErased(message) ? [{ inbound, message }] : [];
    });
    return { news: [...byKey.values()], known };
  }

  /** Where they are, as far as there still is a conversation. */
  async placed(known: readonly KnownMessage[]): Promise<StoredMessage[]> {
    const placed: StoredMessage[] = [];
    for (const { inbound, message } of known) {
      const { workspaceId, phoneNumberId, recipientPhone, userId, createdAt } = message;
      const who = inbound.sender.userId ?? userId ?? recipientPhone;
      const conversation = await this.conversations.findWith(workspaceId, phoneNumberId, who, createdAt);
      if (conversation) placed.push({ inbound, message, conversation, isNew: false });
    }
    return placed;
  }
}
