import { Injectable, Inject } from '@nestjs/common';
import { Repository, In, IsNull, LessThanOrEqual, Not, type DataSource } from 'typeorm';
import { ContactDependents, type ContactDependent, type ErasedPerson } from '../contacts/contact-dependents.js';
import { contactOf, timesOf } from '../contacts/contact-plan.js';
import { ContactRows } from '../contacts/contact-rows.js';
import { ContactEntity } from '../contacts/contact.entity.js';
import { identitiesOf, type ReportedContact } from '../contacts/reported-contact.js';
import { insertRows, updateRows } from '../store/json-rows.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ConcurrentChangeError, retryOnDeadlock, retry } from '../store/retry.js';
import { selectEntities, change, select, type Statements } from '../store/statement.js';
import { afterMessages, type SaidMessage, together } from './conversation-progress.js';
import { type Conversation, ConversationEntity } from './conversation.entity.js';
import { type Expired, Retention } from '../process/retention.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { ContactDirectory } from '../contacts/contact-directory.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';

/** Who talks: there is one conversation of both. */
export type Participants = Pick<ConversationEntity, 'workspaceId' | 'phoneNumberId' | 'contactId'>;

/** A person who talks with a number, and the identity by which they were recognised. */
export interface RecognisedParticipants extends Participants {
  readonly person: ReportedContact;
}

/** The statements over conversations, for bodies that run `runInTransaction`. They lock contacts first, then conversations. */
@Injectable()
export class ConversationRows implements ContactDependent {
  constructor(
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ConversationEntity) private readonly conversations: Repository<ConversationEntity>,
    private readonly contactRows: ContactRows,
    dependents: ContactDependents,
  ) {
    dependents.add(this);
  }

  /**
   * Locks the conversations of these participants, opened where there are none.
   * @returns one for each of them, in their order
   * @throws ConcurrentChangeError when a contact was merged, erased or lost its number since it was recognised
   */
  *lock(talkers: readonly RecognisedParticipants[]): Statements<Conversation[]> {
    const contactIds = [...new Set(talkers.map(({ contactId }) => contactId))];
    const contacts = yield* selectEntities(this.contacts, { id: inList(this.contacts, contactIds) }, { lock: true });
    if (contacts.length < contactIds.length || !(yield* this.#areStill(talkers))) {
      throw new ConcurrentChangeError('The contacts were merged, erased or given other numbers.');
    }
    let known = yield* this.#ofContacts(contactIds);
    const unknown = new Map(talkers.map((pair) => [participantsKey(pair), pair]));
    for (const key of known.keys()) unknown.delete(key);
    if (unknown.size > 0) {
      yield* this.#open([...unknown.values()]);
      known = yield* this.#ofContacts(contactIds);
    }
    const byId = new Map(contacts.map((contact) => [contact.id, contact]));
    return talkers.flatMap((pair) => {
      const [conversation, contact] = [known.get(participantsKey(pair)), byId.get(pair.contactId)];
      return conversation && contact ? [Object.assign(conversation, { contact })] : [];
    });
  }

  /** Moves locked conversations on by what was said in them; the objects given are then as the rows are. */
  *advance(said: ReadonlyMap<Conversation, readonly SaidMessage[]>): Statements<void> {
    const moved = [...said].map(([conversation, messages]) => {
      const progress = afterMessages(conversation, messages);
      Object.assign(conversation, progress);
      return { id: conversation.id, ...progress };
    });
    const inOrder = moved.toSorted((a, b) => a.id - b.id);
    yield* change(updateRows(this.conversations, inOrder));
  }

  /** One person's conversations become those of another who they turn out to be; two with one number become one. */
  *merge(from: number, into: number): Statements<void> {
    const known = yield* this.#ofContacts([from, into]);
    const conversations = [...known.values()].toSorted((a, b) => a.id - b.id);
    for (const conversation of conversations.filter(({ contactId }) => contactId === from)) {
      const { id, phoneNumberId } = conversation;
      const other = known.get(participantsKey({ phoneNumberId, contactId: into }));
      if (other) {
        yield* change(this.conversations.createQueryBuilder().delete().where({ id }));
        yield* this.#join(other, conversation);
      } else {
        yield* change(this.conversations.createQueryBuilder().update().set({ contactId: into }).where({ id }));
      }
    }
  }

  /** A conversation is with someone. */
  *needs(contactId: number): Statements<boolean> {
    const query = this.conversations.createQueryBuilder('conversation').select('conversation.id', 'id');
    const rows = yield* select<{ id: number }>(query.where({ contactId }).limit(1), { numbers: ['id'] });
    return rows.length > 0;
  }

  async erase({ id }: ErasedPerson): Promise<void> {
    if (id === null) return;
    await this.conversations.update({ contactId: id }, { lastMessage: null, lastInboundWamid: null, label: null });
  }

  *#areStill(talkers: readonly RecognisedParticipants[]): Statements<boolean> {
    for (const workspaceId of new Set(talkers.map((talker) => talker.workspaceId))) {
      const own = talkers.filter((talker) => talker.workspaceId === workspaceId);
      const identities = own.flatMap(({ person }) => identitiesOf(person));
      const times = timesOf(yield* this.contactRows.times(workspaceId, [...new Set(identities)]));
      if (own.some(({ contactId, person }) => contactOf(times, person) !== contactId)) return false;
    }
    return true;
  }

  *#join(one: ConversationEntity, other: ConversationEntity): Statements<void> {
    const joined = {
      ...together(one, other),
      label: one.label ?? other.label,
      assignedTo: one.assignedTo ?? other.assignedTo,
      requestId: one.requestId ?? other.requestId,
    };
    yield* change(this.conversations.createQueryBuilder().update().set(joined).where({ id: one.id }));
  }

  *#ofContacts(contactIds: readonly number[]): Statements<Map<string, ConversationEntity>> {
    const where = { contactId: inList(this.conversations, contactIds) };
    const conversations = yield* selectEntities(this.conversations, where, { lock: true });
    return new Map(conversations.map((conversation) => [participantsKey(conversation), conversation]));
  }

  *#open(talkers: readonly Participants[]): Statements<void> {
    const now = new Date();
    const rows = talkers
      .toSorted((a, b) => (participantsKey(a) < participantsKey(b) ? -1 : 1))
      .map(({ workspaceId, phoneNumberId, contactId }) => ({ workspaceId, phoneNumberId, contactId }));
    const shared = { status: 'active', unreadCount: 0, lastMessageAt: now, createdAt: now } as const;
    yield* change(insertRows(this.conversations, rows, shared));
  }
}

const participantsKey = ({ phoneNumberId, contactId }: Pick<Participants, 'phoneNumberId' | 'contactId'>): string =>
  `${phoneNumberId} ${contactId}`;

/** Rows in one statement. */
const BATCH_SIZE = 500;

/** Erases the last words of conversations together with the contents of their messages. */
@Injectable()
export class ExpiredWords {
  constructor(
    @InjectWhatsAppRepository(ConversationEntity) private readonly conversations: Repository<ConversationEntity>,
    private readonly workspaces: WorkspacesService,
    retention: Retention,
  ) {
    retention.add('messageContents', (expired) => this.erase(expired));
  }

  async erase({ until, signal }: Expired): Promise<void> {
    for (const { id: workspaceId } of await this.workspaces.list()) {
      const expired = { workspaceId, lastMessageAt: LessThanOrEqual(until), lastMessage: Not(IsNull()) };
      while (!signal.aborted) {
        const rows = await this.conversations.find({ select: { id: true }, where: expired, take: BATCH_SIZE });
        if (rows.length === 0) break;
        // Whoever wrote meanwhile has new words.
        const still = { id: In(rows.map(({ id }) => id)), lastMessageAt: LessThanOrEqual(until) };
        await retryOnDeadlock(() => this.conversations.update(still, { lastMessage: null }));
      }
    }
  }
}

/** Someone who talks with a business phone number. */
export interface Talk extends Pick<Participants, 'workspaceId' | 'phoneNumberId'> {
  readonly person: ReportedContact;
}

const MAX_ATTEMPTS = 5;

/** Finds the conversations of people, and opens those that there are not. */
@Injectable()
export class ConversationOpenings {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly directory: ContactDirectory,
    private readonly rows: ConversationRows,
  ) {}

  /** The conversation of one person, as it is. */
  async of(talk: Talk): Promise<Conversation> {
    // oxlint-disable-next-line require-yield -- there is nothing more to do
    const [conversation] = await this.locked([talk], function* (conversations) {
      return conversations;
    });
    if (!conversation) throw new Error('The conversation is gone.');
    return conversation;
  }

  /**
   * Runs statements over locked conversations, in the transaction that opened them where there were none. The body may be
   * run again from its start, as one of `runInTransaction`.
   * @param body gets a conversation for each talk, in their order; talks of one person with one number have the same
   */
  async locked<Result>(
    talks: readonly Talk[],
    body: (conversations: readonly Conversation[]) => Statements<Result>,
  ): Promise<Result> {
    const { rows } = this;
    const now = new Date();
    const dated = talks.map((talk) => ({ ...talk, person: { ...talk.person, at: talk.person.at ?? now } }));
    const attempt = async () => {
      const participants = await this.#recognise(dated);
      return runInTransaction(this.dataSource, function* () {
        return yield* body(yield* rows.lock(participants));
      });
    };
    return retry(attempt, { attempts: MAX_ATTEMPTS, when: (error) => error instanceof ConcurrentChangeError });
  }

  async #recognise(talks: readonly Talk[]): Promise<RecognisedParticipants[]> {
    const contactIds = new Map<Talk, number>();
    for (const workspaceId of new Set(talks.map((talk) => talk.workspaceId))) {
      const own = talks.filter((talk) => talk.workspaceId === workspaceId);
      const contacts = await this.directory.ensure(
        workspaceId,
        own.map(({ person }) => person),
      );
      for (const [index, talk] of own.entries()) contactIds.set(talk, contacts[index]?.id ?? 0);
    }
    return talks.map((talk) => {
      const { workspaceId, phoneNumberId, person } = talk;
      return { workspaceId, phoneNumberId, contactId: contactIds.get(talk) ?? 0, person };
    });
  }
}
