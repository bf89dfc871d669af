import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { ContactDirectory } from '../contacts/contact-directory.js';
import type { ReportedContact } from '../contacts/reported-contact.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { ConcurrentChangeError, retry } from '../store/retry.js';
import type { Statements } from '../store/statement.js';
import { ConversationRows, type RecognisedParticipants, type Participants } from './conversation-rows.js';
import type { Conversation } from './conversation.entity.js';

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
