import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { ContactDirectory } from '../contacts/contact-directory.js';
import { searchContacts } from '../contacts/contact-search.js';
import { ContactEntity } from '../contacts/contact.entity.js';
import { inList } from '../store/in-list.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { ConversationEntity } from './conversation.entity.js';
import type { Conversation, ConversationPage, ListConversations } from './conversations.inputs.js';
import { cursorOf, readCursor } from './cursor.js';
import { pageLimit } from './page-limit.js';

/** The largest row id of conversations that every database has. */
const LARGEST_ID = 2 ** 31 - 1;

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
    const isId = Number.isSafeInteger(id) && id >= 1 && id <= LARGEST_ID;
    const conversation = isId ? await this.conversations.findOneBy({ id, workspaceId }) : null;
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
    const query = this.conversations
      .createQueryBuilder('conversation')
      .where({ workspaceId, ...(asked.status && { status: asked.status }), ...numberOf(asked.phoneNumberId) });
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
    return { items: await this.#withContacts(page), nextCursor };
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

const numberOf = (phoneNumberId: string | undefined) =>
  phoneNumberId === undefined ? {} : { phoneNumberId: isIdentifier(phoneNumberId, 64) ? phoneNumberId : '' };
