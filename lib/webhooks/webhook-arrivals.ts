import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { OutageLog } from '../store/outage-log.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';

const INTERVAL_MS = 30_000;

/** Stores, twice a minute at most, which accounts webhooks came from, so that all processes see when none come. */
@Injectable()
export class WebhookArrivals implements OnApplicationBootstrap, OnModuleDestroy {
  #arrived = new Set<string>();
  readonly #periodic: Periodic;

  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @Inject(WHATSAPP_LOGGER) logger: LoggerService,
    outages: OutageLog,
  ) {
    const run = () => this.#write();
    this.#periodic = new Periodic({ name: 'Storing when webhooks came', everyMs: INTERVAL_MS, run, logger, outages });
  }

  onApplicationBootstrap(): void {
    this.#periodic.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#periodic.stop();
    await this.#periodic.run();
  }

  /** A verified webhook came from this account. */
  note(businessAccountId: string): void {
    this.#arrived.add(businessAccountId);
  }

  /** Stores what was noted since the last time; done every 30 seconds by itself. Never rejects. */
  write(): Promise<void> {
    return this.#periodic.run();
  }

  async #write(): Promise<void> {
    if (this.#arrived.size === 0) return;
    const arrived = [...this.#arrived];
    this.#arrived = new Set();
    const webhookAt = new Date();
    const businessAccountId = inList(this.accounts, arrived.toSorted());
    const update = this.accounts
      .createQueryBuilder()
      .update()
      .set({ webhookAt })
      .where({ businessAccountId })
      .andWhere('(webhook_at IS NULL OR webhook_at < :now)', { now: webhookAt.getTime() });
    try {
      await retryOnDeadlock(() => update.execute());
    } catch (error) {
      for (const id of arrived) this.#arrived.add(id);
      throw error;
    }
  }
}
