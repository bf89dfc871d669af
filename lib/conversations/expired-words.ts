import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThanOrEqual, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { type Expired, Retention } from '../process/retention.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { ConversationEntity } from './conversation.entity.js';

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
