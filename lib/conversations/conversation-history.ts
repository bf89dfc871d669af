import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, Repository } from 'typeorm';
import { ContactDirectory } from '../contacts/contact-directory.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
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
    const numbers = (await this.directory.numbersOf([{ id: contactId }])).get(contactId);
    const found = new Map<number, MessageEntity>();
    // One after the other: an index has the messages of each spelling in their order, and none has those of all.
    for (const recipientPhone of new Set(numbers?.phones)) {
      for (const message of await this.#page({ workspaceId, phoneNumberId, recipientPhone }, before, limit + 1)) {
        found.set(message.id, message);
      }
    }
    for (const userId of new Set(numbers?.userIds)) {
      for (const message of await this.#page({ workspaceId, phoneNumberId, userId }, before, limit + 1)) {
        found.set(message.id, message);
      }
    }
    const newest = [...found.values()].toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || b.id - a.id);
    const messages = newest.slice(0, limit);
    const last = newest.length > limit ? messages.at(-1) : undefined;
    const nextBefore = last ? cursorOf({ at: last.createdAt, id: last.id }) : null;
    return { messages: messages.map(withoutCode), nextBefore };
  }

  #page(where: FindOptionsWhere<MessageEntity>, before: Position | undefined, limit: number): Promise<MessageEntity[]> {
    const query = this.messages
      .createQueryBuilder('message')
      .where(where)
      .andWhere("(message.direction = 'inbound' OR message.attempt > 0)");
    if (before) {
      query.andWhere('message.createdAt <= :at', { at: before.at.getTime() });
      query.andWhere('(message.createdAt < :at OR message.id < :id)', { id: before.id });
    }
    return query.orderBy('message.createdAt', 'DESC').addOrderBy('message.id', 'DESC').limit(limit).getMany();
  }
}
