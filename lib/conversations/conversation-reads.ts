import { Injectable } from '@nestjs/common';
import { Repository, type FindOptionsWhere, type SelectQueryBuilder, In, IsNull, MoreThan } from 'typeorm';
import { ContactDirectory } from '../contacts/contact-directory.js';
import { searchContacts } from '../contacts/contact-list.js';
import { ContactEntity } from '../contacts/contact.entity.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { cursorOf, pageLimit, type Position, readCursor } from '../keyset-page.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { type Conversation, ConversationEntity } from './conversation.entity.js';
import { viewOfConversation } from './conversation.view.js';
import type {
  ConversationPage,
  ListConversations,
  ConversationHistoryPage,
  ReadConversationHistory,
} from './conversations.inputs.js';
import { within } from '../contacts/contact-plan.js';
import { MessageEntity } from '../messages/message.entity.js';
import { viewOfMessage, type WhatsAppMessage } from '../messages/message.view.js';
import { ContactCategoryEntity } from '../contacts/contact-category.entity.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { isRowId } from '../identifier.js';

/** Finds conversations. */
@Injectable()
export class ConversationReads {
  constructor(
    @InjectWhatsAppRepository(ConversationEntity) private readonly conversations: Repository<ConversationEntity>,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    private readonly workspaces: WorkspacesService,
    private readonly directory: ContactDirectory,
  ) {}

  /** @throws NotFoundError `CONVERSATION_NOT_FOUND` */
  async find(id: number, workspace: string | undefined): Promise<Conversation> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const conversation = isRowId(id) ? await this.conversations.findOneBy({ id, workspaceId }) : null;
    const [found] = conversation ? await this.#withContacts([conversation]) : [];
    if (found) return found;
    throw new NotFoundError('CONVERSATION_NOT_FOUND', `There is no conversation ${id}.`);
  }

  /**
   * @param phoneOrUserId digits of a number in any spelling, or a business-scoped user id
   * @param at when it was theirs
   */
  async findWith(
    workspaceId: number,
    phoneNumberId: string,
    phoneOrUserId: string,
    at?: Date,
  ): Promise<Conversation | null> {
    const contact = await this.directory.find(workspaceId, phoneOrUserId, at);
    const where = { phoneNumberId, contactId: contact?.id ?? 0, workspaceId };
    const conversation = contact && (await this.conversations.findOneBy(where));
    return conversation && Object.assign(conversation, { contact });
  }

  /** Whoever something was said to last comes first. @throws ValidationError */
  async list(asked: ListConversations): Promise<ConversationPage> {
    const limit = pageLimit(asked.limit);
    const after = readCursor(asked.cursor, 'cursor');
    const workspaceId = await this.workspaces.idOf(asked.workspace);
    const query = this.conversations.createQueryBuilder('conversation').where({
      workspaceId,
      ...(asked.status && { status: asked.status }),
      ...(asked.unread && { unreadCount: MoreThan(0) }),
      ...wordOf('label', asked.label),
      ...wordOf('assignedTo', asked.assignedTo),
      ...numberOf(asked.phoneNumberId),
    });
    if (asked.contactIds) query.andWhere({ contactId: inList(this.conversations, asked.contactIds.filter(isRowId)) });
    if (asked.search?.trim()) {
      query.innerJoin(ContactEntity, 'contact', 'contact.id = conversation.contactId');
      searchContacts(query, { workspaceId, search: asked.search });
    }
    if (after) {
      query.andWhere('conversation.lastMessageAt <= :at', { at: after.at.getTime() });
      query.andWhere('(conversation.lastMessageAt < :at OR conversation.id < :id)', { id: after.id });
    }
    const rows = await query
      .orderBy('conversation.lastMessageAt', 'DESC')
      .addOrderBy('conversation.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    const page = rows.slice(0, limit);
    const last = rows.length > limit ? page.at(-1) : undefined;
    const nextCursor = last ? cursorOf({ at: last.lastMessageAt, id: last.id }) : null;
    return { items: (await this.#withContacts(page)).map(viewOfConversation), nextCursor };
  }

  async #withContacts(conversations: readonly ConversationEntity[]): Promise<Conversation[]> {
    const ids = [...new Set(conversations.map(({ contactId }) => contactId))];
    const contacts = ids.length === 0 ? [] : await this.contacts.findBy({ id: inList(this.contacts, ids) });
    const byId = new Map(contacts.map((contact) => [contact.id, contact]));
    return conversations.flatMap((conversation) => {
      const contact = byId.get(conversation.contactId);
      // One that is gone was made one with another just now; so was its conversation.
      return contact ? [Object.assign(conversation, { contact })] : [];
    });
  }
}

/** No column has a text with a NUL in it, and Postgres refuses to look for one. */
const wordOf = (column: 'label' | 'assignedTo', word: string | null | undefined) => {
  if (word === undefined) return {};
  return { [column]: word === null ? IsNull() : word.includes('\0') ? In([]) : word };
};

const numberOf = (phoneNumberId: string | undefined) =>
  phoneNumberId === undefined ? {} : { phoneNumberId: isIdentifier(phoneNumberId, 64) ? phoneNumberId : '' };

/**
 * Finds the messages of a conversation: all that went from its number to any number or id of its contact, single, by
 * template or in bulk, and all that came back. A message of a bulk send belongs to it once it was tried.
 */
@Injectable()
export class ConversationHistory {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly directory: ContactDirectory,
  ) {}

  /** Newest first. @throws ValidationError */
  async of(
    conversation: ConversationEntity,
    asked: Omit<ReadConversationHistory, 'workspace'>,
  ): Promise<ConversationHistoryPage> {
    const limit = pageLimit(asked.limit);
    const before = readCursor(asked.before, 'before');
    const found = new Map<number, MessageEntity>();
    // One after the other: an index has the messages of each spelling in their order, and none has those of all.
    for (const where of await this.#placesOf(conversation)) {
      for (const message of await this.#page(where, before, limit + 1)) found.set(message.id, message);
    }
    const newest = [...found.values()].toSorted((a, b) => comparePositions(positionOf(b), positionOf(a)));
    const messages = newest.slice(0, limit);
    const last = newest.length > limit ? messages.at(-1) : undefined;
    const nextBefore = last ? cursorOf(positionOf(last)) : null;
    return { messages: messages.map((message) => viewOfMessage(message)), nextBefore };
  }

  /** One of its messages by row id. @throws NotFoundError `MESSAGE_NOT_FOUND` */
  async find(conversation: ConversationEntity, id: number): Promise<WhatsAppMessage> {
    const places = Number.isSafeInteger(id) ? await this.#placesOf(conversation) : [];
    const where = places.map((place) => ({ ...place, id }));
    const message = where.length === 0 ? null : await this.messages.findOneBy(where);
    if (message && (message.direction === 'inbound' || message.attempt > 0)) return viewOfMessage(message);
    throw new NotFoundError('MESSAGE_NOT_FOUND', `There is no message ${id} in conversation ${conversation.id}.`);
  }

  /** Where its messages are: under each spelling of a number while it was the contact's, and under each user id. */
  async #placesOf({
    workspaceId,
    phoneNumberId,
    contactId,
  }: ConversationEntity): Promise<FindOptionsWhere<MessageEntity>[]> {
    const contact = { id: contactId };
    const numbers = (await this.directory.numbersOf([contact])).get(contactId);
    const times = (await this.directory.timesOf([contact])).get(contactId) ?? [];
    const byNumber = times.flatMap(({ phones, ...time }) =>
      phones.map((recipientPhone) => ({ workspaceId, phoneNumberId, recipientPhone, createdAt: within(time) })),
    );
    const byId = [...new Set(numbers?.userIds)].map((userId) => ({ workspaceId, phoneNumberId, userId }));
    return [...byNumber, ...byId];
  }

  /** Whole seconds: the last one with all of its messages, for these have an order of their own. */
  async #page(
    where: FindOptionsWhere<MessageEntity>,
    before: Position | undefined,
    limit: number,
  ): Promise<MessageEntity[]> {
    const messages = await this.#query(where, before).limit(limit).getMany();
    const last = messages.at(-1);
    if (!last || messages.length < limit) return messages;
    const second = wholeSecondOf(last.createdAt);
    const rest = await this.#query(where, before)
      .andWhere('message.createdAt >= :from AND message.createdAt < :to', { from: second, to: second + 1_000 })
      .getMany();
    return [...messages.filter(({ createdAt }) => wholeSecondOf(createdAt) !== second), ...rest];
  }

  #query(where: FindOptionsWhere<MessageEntity>, before: Position | undefined): SelectQueryBuilder<MessageEntity> {
    const query = this.messages
      .createQueryBuilder('message')
      .addSelect('message.learnedAt')
      .where(where)
      .andWhere("(message.direction = 'inbound' OR message.attempt > 0)");
    if (before) {
      const second = wholeSecondOf(before.at);
      const learned = 'COALESCE(message.learnedAt, message.createdAt)';
      query.andWhere('message.createdAt < :end', { end: second + 1_000 });
      query.andWhere(
        `(message.createdAt < :begin OR ${learned} < :learned OR (${learned} = :learned AND message.id < :id))`,
        { begin: second, learned: (before.learnedAt ?? before.at).getTime(), id: before.id },
      );
    }
    return query.orderBy('message.createdAt', 'DESC').addOrderBy('message.id', 'DESC');
  }
}

const positionOf = ({ createdAt, learnedAt, id }: MessageEntity): Position => ({
  at: createdAt,
  learnedAt: learnedAt ?? createdAt, // one of ours is learned of when it is made
  id,
});

/** Within a second, in the order in which messages were learned of. */
function comparePositions(one: Position, other: Position): number {
  return (
    wholeSecondOf(one.at) - wholeSecondOf(other.at) ||
    (one.learnedAt ?? one.at).getTime() - (other.learnedAt ?? other.at).getTime() ||
    one.id - other.id
  );
}

const wholeSecondOf = (at: Date): number => Math.floor(at.getTime() / 1_000) * 1_000;

/** Numbers the labels of a workspace's conversations, for APIs that know them by an id. */
@Injectable()
export class ConversationLabels {
  constructor(
    @InjectWhatsAppRepository(ContactCategoryEntity) private readonly categories: Repository<ContactCategoryEntity>,
  ) {}

  /** The ids of labels, which stay the same; a label that has none yet gets one. */
  async idsOf(workspaceId: number, labels: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const names = [...new Set(labels)];
    const known = await this.#known(workspaceId, names);
    const missing = names.filter((name) => !known.has(name));
    if (missing.length === 0) return known;
    for (const name of missing) await this.#add(workspaceId, name);
    return this.#known(workspaceId, names);
  }

  async #known(workspaceId: number, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows =
      names.length === 0 ? [] : await this.categories.findBy({ workspaceId, kind: 'label', name: In(names) });
    return new Map(rows.map(({ name, id }) => [name, id]));
  }

  async #add(workspaceId: number, name: string): Promise<void> {
    const createdAt = new Date();
    try {
      await this.categories.insert({ workspaceId, kind: 'label', name, color: null, createdAt, updatedAt: createdAt });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error; // another request was quicker
    }
  }
}
