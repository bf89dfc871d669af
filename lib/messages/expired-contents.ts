import { Injectable } from '@nestjs/common';
import { Between, In, IsNull, LessThanOrEqual, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { type Expired, Retention } from '../process/retention.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { MessageEntity } from './message.entity.js';

/** Row ids that one statement looks at. */
const BATCH_SIZE = 1_000;

/** Erases what messages say once it was kept long enough; what still has to be sent keeps it until then. */
@Injectable()
export class ExpiredContents {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly workspaces: WorkspacesService,
    retention: Retention,
  ) {
    retention.add('messageContents', (expired) => this.erase(expired));
  }

  async erase(expired: Expired): Promise<void> {
    for (const { id } of await this.workspaces.list()) await this.#eraseIn(id, expired);
  }

  /** By ranges of row ids: thousands of messages may be of the same moment, and no index has those in an order. */
  async #eraseIn(workspaceId: number, { since, until, signal }: Expired): Promise<void> {
    const range = await this.messages
      .createQueryBuilder('message')
      .select('MIN(message.id)', 'first')
      .addSelect('MAX(message.id)', 'last')
      .where({ workspaceId, createdAt: Between(since, until) })
      .getRawOne<{ first: string | number | null; last: string | number | null }>();
    if (!range || range.first === null) return;
    const last = Number(range.last);
    for (let first = Number(range.first); first <= last && !signal.aborted; first += BATCH_SIZE) {
      await retryOnDeadlock(() =>
        this.messages.update(
          {
            id: Between(first, first + BATCH_SIZE - 1),
            workspaceId,
            createdAt: LessThanOrEqual(until),
            status: Not(In(['pending', 'sending'])),
            content: Not(IsNull()),
          },
          { content: null },
        ),
      );
    }
  }
}
