import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { type QueryDeepPartialEntity, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { type ValidationProblem, ValidationError } from '../errors.js';
import { LIVE_FEED, type LiveFeed } from '../live-feed.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { MessagesService } from '../messages/messages.service.js';
import { type Conversation, ConversationEntity } from './conversation.entity.js';
import type { ConversationChange } from './conversations.inputs.js';

const LONGEST_WORD = 255;

/** Changes conversations as people who see to them ask. */
@Injectable()
export class ConversationChanges {
  constructor(
    @InjectWhatsAppRepository(ConversationEntity) private readonly conversations: Repository<ConversationEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly messages: MessagesService,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** @throws ValidationError */
  async change({ id }: Conversation, { status, assignedTo, label, requestId }: ConversationChange): Promise<void> {
    const problems = changeProblems({ status, assignedTo, label, requestId });
    if (problems.length > 0) throw new ValidationError(problems);
    const changes = { ...(status && statusChange(status)), ...given({ assignedTo, label, requestId }) };
    if (Object.keys(changes).length > 0) await this.#update(id, changes);
  }

  /** Nothing of what was there is unread any more; the customer sees so. */
  async markRead(conversation: Conversation, workspace: string | undefined): Promise<void> {
    const { id, unreadCount, phoneNumberId, lastInboundWamid } = conversation;
    if (unreadCount === 0) return;
    // What came in meanwhile stays unread.
    const unread = `CASE WHEN unread_count > ${unreadCount} THEN unread_count - ${unreadCount} ELSE 0 END`;
    await this.#update(id, { unreadCount: () => unread });
    if (lastInboundWamid === null) return;
    try {
      await this.messages.markRead(lastInboundWamid, { workspace, phoneNumberId });
    } catch (error) {
      // A courtesy to the customer, and Meta takes none for messages older than 30 days.
      this.logger.warn(`Meta did not take that conversation ${id} was read: ${String(error)}`);
    }
  }

  /** What is shown of it has changed. */
  moved(id: number): void {
    this.feed.note([{ kind: 'conversation', id }]);
  }

  async #update(id: number, changes: QueryDeepPartialEntity<ConversationEntity>): Promise<void> {
    await retryOnDeadlock(() => this.conversations.update({ id }, changes));
    this.moved(id);
  }
}

function statusChange(status: ConversationEntity['status']): Pick<ConversationEntity, 'status' | 'closedAt'> {
  return { status, closedAt: status === 'closed' ? new Date() : null };
}

type Filing = Pick<ConversationChange, 'assignedTo' | 'label' | 'requestId'>;

/** Those that are not left out. */
function given({ assignedTo, label, requestId }: Filing): Filing {
  return {
    ...(assignedTo !== undefined && { assignedTo }),
    ...(label !== undefined && { label }),
    ...(requestId !== undefined && { requestId }),
  };
}

function changeProblems({ status, ...filing }: ConversationChange): ValidationProblem[] {
  const problems: ValidationProblem[] = [];
  if (status !== undefined && status !== 'active' && status !== 'closed') {
    problems.push({ path: 'status', message: 'must be active or closed.' });
  }
  for (const path of ['assignedTo', 'label'] as const) {
    const word: unknown = filing[path] ?? '';
    if (typeof word !== 'string' || word.length > LONGEST_WORD || word.includes('\0')) {
      problems.push({ path, message: `must be a text of at most ${LONGEST_WORD} characters, or null.` });
    }
  }
  return [...problems, ...requestIdProblems(filing.requestId)];
}

/** What is wrong with a number of the host's. */
export function requestIdProblems(requestId: unknown): ValidationProblem[] {
  if (Number.isSafeInteger(requestId ?? 0)) return [];
  return [{ path: 'requestId', message: 'must be a whole number, or null.' }];
}
