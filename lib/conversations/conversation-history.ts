import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, Repository, type SelectQueryBuilder } from 'typeorm';
import { ContactDirectory } from '../contacts/contact-directory.js';
import { within } from '../contacts/number-time.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { MessageEntity } from '../messages/message.entity.js';
import { withoutCode } from '../messages/pending-content.js';
import type { ConversationEntity } from './conversation.entity.js';
import type { HistoryPage, ReadHistory } from './conversations.inputs.js';
import { cursorOf, type Position, readCursor } from './cursor.js';
import { pageLimit } from './page-limit.js';

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
  async of(conversation: ConversationEntity, asked: Omit<ReadHistory, 'workspace'>): Promise<HistoryPage> {
    const limit = pageLimit(asked.limit);
    const before = readCursor(asked.before, 'before');
    const { workspaceId, phoneNumberId, contactId } = conversation;
    const contact = { id: contactId };
    const numbers = (await this.directory.numbersOf([contact])).get(contactId);
    const times = (await this.directory.timesOf([contact])).get(contactId) ?? [];
    const found = new Map<number, MessageEntity>();
    // One after the other: an index has the messages of each spelling in their order, and none has those of all.
    for (const { phones, ...time } of times) {
      for (const recipientPhone of phones) {
        const where = { workspaceId, phoneNumberId, recipientPhone, createdAt: within(time) };
        for (const message of await this.#page(where, before, limit + 1)) found.set(message.id, message);
      }
    }
    for (const userId of new Set(numbers?.userIds)) {
      for (const message of await this.#page({ workspaceId, phoneNumberId, userId }, before, limit + 1)) {
        found.set(message.id, message);
      }
    }
    const newest = [...found.values()].toSorted((a, b) => comparePositions(positionOf(b), positionOf(a)));
    const messages = newest.slice(0, limit);
    const last = newest.length > limit ? messages.at(-1) : undefined;
    const nextBefore = last ? cursorOf(positionOf(last)) : null;
    return { messages: messages.map(withoutCode), nextBefore };
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
    const second = secondOf(last.createdAt);
    const rest = await this.#query(where, before)
      .andWhere('message.createdAt >= :from AND message.createdAt < :to', { from: second, to: second + 1_000 })
      .getMany();
    return [...messages.filter(({ createdAt }) => secondOf(createdAt) !== second), ...rest];
  }

  #query(where: FindOptionsWhere<MessageEntity>, before: Position | undefined): SelectQueryBuilder<MessageEntity> {
    const query = this.messages
      .createQueryBuilder('message')
      .addSelect('message.learnedAt')
      .where(where)
      .andWhere("(message.direction = 'inbound' OR message.attempt > 0)");
    if (before) {
      const second = secondOf(before.at);
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
    secondOf(one.at) - secondOf(other.at) ||
    (one.learnedAt ?? one.at).getTime() - (other.learnedAt ?? other.at).getTime() ||
    one.id - other.id
  );
}

const secondOf = (at: Date): number => Math.floor(at.getTime() / 1_000) * 1_000;
