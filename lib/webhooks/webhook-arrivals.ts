import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { inList } from '../store/in-list.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { WHATSAPP_LOGGER } from '../logger.js';

const INTERVAL_MS = 30_000;

/** Writes down, at most twice a minute, of which accounts webhooks came: all processes shall see when none do. */
@Injectable()
export class WebhookArrivals implements OnApplicationBootstrap, OnModuleDestroy {
  #arrived = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.write(), INTERVAL_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    await this.write();
  }

  /** A webhook that counts told of this account. */
  note(businessAccountId: string): void {
    this.#arrived.add(businessAccountId);
  }

  /** Writes down what was noted since the last time; done by itself. Never rejects. */
  write(): Promise<void> {
    return (this.#writing ??= this.#write().finally(() => (this.#writing = undefined)));
  }

  async #write(): Promise<void> {
    if (this.#arrived.size === 0) return;
    const arrived = [...this.#arrived];
    this.#arrived = new Set();
    const webhookAt = new Date();
    const businessAccountId = inList(this.dataSource, arrived.toSorted());
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
      this.logger.debug?.(`Could not write down that webhooks came: ${String(error)}`);
    }
  }
}
