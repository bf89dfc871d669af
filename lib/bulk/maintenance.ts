import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { MessagingLimits } from '../messages/messaging-limits.js';
import { Periodic } from '../process/periodic.js';
import { OutageLog } from '../store/outage-log.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { EarlierAcceptances } from './accept/acceptor.js';
import { BudgetPauses } from './budget-pauses.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { CancelledMessages } from './control.js';
import { BulkLifecycle, waitingForLimit } from './lifecycle.js';
import { Takeover, UnconfirmedMessages } from './takeover.js';
import { TemplatePauses } from './template-pauses.js';

/** Resumes bulk sends that wait for the messaging limit, when it has room before its time: Meta raised it, say. */
@Injectable()
export class FreedLimits {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    private readonly messagingLimits: MessagingLimits,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  async endDeferrals(): Promise<void> {
    const bulkSends = await this.bulkSends.find({
      select: { id: true, phoneNumberId: true },
      where: waitingForLimit(),
    });
    if (bulkSends.length === 0) return;
    const numbers = await this.phoneNumbers.find({
      where: { phoneNumberId: In(bulkSends.map(({ phoneNumberId }) => phoneNumberId)) },
      relations: { account: true },
    });
    for (const { phoneNumberId, messagingLimit, account } of numbers) {
      if (!account) continue;
      const { remaining } = await this.messagingLimits.usage(
        this.messagingLimits.portfolioOf({ messagingLimit, account }),
      );
      if (remaining === 0) continue;
      await this.lifecycle.endLimitDeferrals(phoneNumberId);
    }
  }
}

/** The recurring jobs of bulk sends. Every process runs them: what a dead one left behind, any other finds. */
@Injectable()
export class BulkMaintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #jobs: readonly Periodic[];

  constructor(
    @Inject(WHATSAPP_LOGGER) logger: LoggerService,
    takeover: Takeover,
    lifecycle: BulkLifecycle,
    freedQuota: FreedLimits,
    templatePauses: TemplatePauses,
    cancelled: CancelledMessages,
    unconfirmed: UnconfirmedMessages,
    acceptances: EarlierAcceptances,
    budgets: BudgetPauses,
    outages: OutageLog,
  ) {
    const jobs = [
      { name: 'Taking over from dead processes', everyMs: 1_000, run: () => takeover.run() },
      { name: 'Starting scheduled bulk sends', everyMs: 1_000, run: () => lifecycle.startScheduled() },
      { name: 'Failing cancelled messages', everyMs: 1_000, run: () => cancelled.settleAll() },
      { name: 'Settling expired messages', everyMs: 1_000, run: () => unconfirmed.settleExpired() },
      { name: 'Removing abandoned bulk sends', everyMs: 1_000, run: () => acceptances.removeAbandoned() },
      { name: 'Looking for approved templates', everyMs: 2_000, run: () => templatePauses.resumeApproved() },
      { name: 'Looking for budgets that suffice again', everyMs: 2_000, run: () => budgets.resumeFunded() },
      { name: 'Counting what budgets have used', everyMs: 10_000, run: () => budgets.recount() },
      // Counts the recipients of a portfolio.
      { name: 'Looking for a freed messaging limit', everyMs: 5_000, run: () => freedQuota.endDeferrals() },
    ];
    this.#jobs = jobs.map((job) => new Periodic({ ...job, logger, outages }));
  }

  onApplicationBootstrap(): void {
    for (const job of this.#jobs) job.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#jobs.map((job) => job.stop()));
  }
}
