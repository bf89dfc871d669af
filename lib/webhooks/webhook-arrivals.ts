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
import type { WhatsAppEvent } from './events/whatsapp-event.js';
import type { WebhookItem } from './webhook-item.js';
import { isTransientDatabaseError } from '../store/driver-errors.js';

const INTERVAL_MS = 30_000;

/**
 * Stores which accounts webhooks came from, so that all processes see when none come: the first of an account at once, for
 * whoever sets it up and waits for it, and then twice a minute at most.
 */
@Injectable()
export class WebhookArrivals implements OnApplicationBootstrap, OnModuleDestroy {
  #arrived = new Set<string>();
  /** Of which a webhook came while this process runs. */
  readonly #known = new Set<string>();
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
    if (this.#known.has(businessAccountId)) return;
    this.#known.add(businessAccountId);
    this.#periodic.wake();
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

/** Applies items of one kind. */
export interface WebhookApplier<Item extends WebhookItem = WebhookItem> {
  /**
   * Applies items together, in a few statements: all of them, or none when it throws. Applied again, or in another order, they
   * leave the same state.
   *
   * @returns what changed by them, for the host
   * @throws WebhookItemError when one of them cannot be applied: the others are tried without it
   */
  apply(items: readonly Item[]): Promise<WhatsAppEvent[]>;
}

/** An item that can never be applied as it is; other errors are the database's, and pass. */
export class WebhookItemError extends Error {}

/** An item that could not be applied, and why. */
export interface ItemFailure<Item> {
  readonly item: Item;
  readonly error: unknown;
}

/** Postgres and the others take so many at once with ease; more only make locks last longer. */
export const MOST_AT_ONCE = 1_000;

/**
 * Applies items together; when that fails over one of them, finds it by halving, so that it does not hold up the others.
 * @returns those that cannot be applied
 * @throws what the database fails with when it cannot be reached
 */
export async function applyWithBisection<Item extends WebhookItem>(
  items: readonly Item[],
  apply: (items: readonly Item[]) => Promise<void>,
): Promise<ItemFailure<Item>[]> {
  const [item] = items;
  if (item === undefined) return [];
  if (items.length <= MOST_AT_ONCE) {
    try {
      await apply(items);
      return [];
    } catch (error) {
      if (!(error instanceof WebhookItemError) && isTransientDatabaseError(error)) throw error;
      if (items.length === 1) return [{ item, error }];
    }
  }
  const middle = Math.ceil(items.length / 2);
  const failures = await applyWithBisection(items.slice(0, middle), apply);
  return [...failures, ...(await applyWithBisection(items.slice(middle), apply))];
}
