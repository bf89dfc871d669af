import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { Repository } from 'typeorm';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { runOutside } from '../../async-context.js';
import { BulkSendEntity } from '../../bulk/bulk-send.entity.js';
import type { BulkSendStep } from '../../bulk/bulk-send.js';
import type { BulkSendSteps } from '../../bulk/lifecycle.js';
import { BulkViews } from '../../bulk/reads.js';
import { LIVE_FEED, type LiveFeed } from '../../live-feed.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { EventRuns } from './queued-events.js';
import type { BulkSendEvent } from './whatsapp-event.js';
import { WhatsAppEvents } from './whatsapp-events.js';

/** Reports to the host what happens to bulk sends: one step after the other, behind the sending itself. */
@Injectable()
export class BulkSendEvents implements BulkSendSteps, BeforeApplicationShutdown {
  #reported: Promise<void> = Promise.resolve();

  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
    private readonly views: BulkViews,
    private readonly runs: EventRuns,
    private readonly events: WhatsAppEvents,
  ) {}

  report(id: string, step: BulkSendStep): void {
    this.feed.note([{ kind: 'bulk_send', id, change: step }]);
    if (!this.runs.isTypeAwaited('bulk.send')) return;
    const at = new Date();
    this.#reported = runOutside(() => this.#reported.then(() => this.#deliver(id, step, at)));
  }

  /** Before the events themselves are waited for. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.#reported;
  }

  async #deliver(id: string, step: BulkSendStep, at: Date): Promise<void> {
    try {
      const event = await this.#eventOf(id, step, at);
      if (event) await this.events.deliver([event]);
    } catch (error) {
      this.logger.error(`That bulk send ${id} ${step} could not be delivered as an event: ${String(error)}`);
    }
  }

  async #eventOf(id: string, step: BulkSendStep, at: Date): Promise<BulkSendEvent | undefined> {
    const row = await this.bulkSends.findOneBy({ id });
    if (!row) return undefined;
    const [bulkSend] = await this.views.of([row]);
    const account = await this.accounts.findOneBy({ id: row.accountId });
    if (!bulkSend || !account) return undefined;
    const { businessAccountId } = account;
    return { type: 'bulk.send', id: `bulk.${id}.${step}.${at.getTime()}`, businessAccountId, step, at, bulkSend };
  }
}
