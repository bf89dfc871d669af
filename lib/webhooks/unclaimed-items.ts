import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type DataSource, In, LessThan, LessThanOrEqual, MoreThan, Repository } from 'typeorm';
import { KnownAppSecrets } from '../accounts/account-credentials.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { execute } from '../store/run-in-transaction.js';
import { insertRows } from '../store/json-rows.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { truncateForColumn } from '../store/columns.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';
import { PROCESS_OPTIONS, type ProcessOptions } from '../process/this-process.js';
import { FailedItems } from './failed-items.js';
import { ItemApplication } from './item-application.js';
import { UnclaimedItemEntity } from './unclaimed-item.entity.js';
import { type ReceivedItem, fromStored, toStored } from './webhook-item.js';
import { type Signer, WebhookSignatures, SignedItems } from './webhook-signatures.js';

/** The newest items of one account, and of all accounts that one secret signed for: whoever knows one fills no more than that. */
const MOST_OF_ACCOUNT = 1_000;
const MOST_OF_SECRET = 5_000;

const KEPT_FOR_MS = 7 * 24 * 60 * 60 * 1_000;

const CHECK_EVERY_MS = 30_000;

const BATCH_SIZE = 200;

/** Accounts are named in the log once an hour each, and no more than this many an hour. */
const WARNED_EVERY_MS = 60 * 60 * 1_000;
const MOST_WARNINGS = 50;

/**
 * Items of webhooks about an account that the app secret which signed them is not configured for.
 *
 * @publicApi
 */
export interface UnclaimedAccount {
  /** Meta's id of the WhatsApp Business Account. */
  readonly businessAccountId: string;
  /** How many are kept, for 7 days. */
  readonly count: number;
  /** When the last of them came. */
  readonly lastAt: Date;
}

/**
 * Keeps webhook items about accounts that the signing app secret is not configured for, and applies them once it is: at
 * the start, when `AccountsService.add` adds the account, or within half a minute where another process did.
 */
@Injectable()
export class UnclaimedItems implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #warned = new LRUCache<string, true>({ max: MOST_WARNINGS, ttl: WARNED_EVERY_MS });
  readonly #periodic = new Periodic({
    name: 'Claiming webhook items',
    everyMs: CHECK_EVERY_MS,
    run: () => this.claim().then(() => this.#removeExpired()),
  });
  #claiming: Promise<void> = Promise.resolve();
  #isEnding = false;

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(UnclaimedItemEntity) private readonly rows: Repository<UnclaimedItemEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(PROCESS_OPTIONS) private readonly processes: ProcessOptions,
    private readonly signatures: WebhookSignatures,
    private readonly signedItems: SignedItems,
    private readonly application: ItemApplication,
    private readonly failed: FailedItems,
    appSecrets: KnownAppSecrets,
  ) {
    appSecrets.onAccountAdded(() => this.claim());
  }

  onApplicationBootstrap(): void {
    if (this.processes.isWorker) this.#periodic.start();
  }

  async onModuleDestroy(): Promise<void> {
    this.#isEnding = true;
    await this.#periodic.stop();
    await this.#claiming;
  }

  /** @throws what the database fails with when it cannot be reached */
  async keep(items: readonly ReceivedItem[], { secretId, accounts }: Signer): Promise<void> {
    const receivedAt = new Date();
    const rows = items.map((item) => ({
      businessAccountId: truncateForColumn(item.businessAccountId, 64),
      item: toStored(item),
    }));
    await execute(this.dataSource, insertRows(this.rows, rows, { secretId, receivedAt }));
    const accountIds = new Set(rows.map(({ businessAccountId }) => businessAccountId));
    if (accountIds.size <= BATCH_SIZE) {
      for (const businessAccountId of accountIds) await this.#prune({ secretId, businessAccountId }, MOST_OF_ACCOUNT);
    }
    await this.#prune({ secretId }, MOST_OF_SECRET);
    for (const businessAccountId of accountIds) this.#warn(businessAccountId, accounts.has(businessAccountId));
  }

  /** Applies what is kept of accounts that are configured for the secret by now. Never rejects. */
  claim(): Promise<void> {
    this.#claiming = this.#claiming
      .then(() => this.#claim())
      .catch((error: unknown) => {
        this.logger.warn(`Could not apply the webhook items that were kept for added accounts: ${String(error)}`);
      });
    return this.#claiming;
  }

  /** How many are kept of each account, the latest first; of all accounts when left out. */
  async counts(accountIds?: readonly string[]): Promise<UnclaimedAccount[]> {
    const query = this.rows
      .createQueryBuilder('item')
      .select('item.businessAccountId', 'businessAccountId')
      .addSelect('COUNT(*)', 'count')
      .addSelect('MAX(item.receivedAt)', 'lastAt')
      .groupBy('item.businessAccountId');
    if (accountIds) query.where({ businessAccountId: inList(this.rows, [...accountIds]) });
    const rows = await query.getRawMany<{ businessAccountId: string; count: unknown; lastAt: unknown }>();
    return rows
      .map(({ businessAccountId, count, lastAt }) => ({
        businessAccountId,
        count: Number(count),
        lastAt: new Date(Number(lastAt)),
      }))
      .toSorted((one, other) => other.lastAt.getTime() - one.lastAt.getTime());
  }

  /** Rows after a row id, the oldest first. */
  after(id: number, most: number): Promise<UnclaimedItemEntity[]> {
    return this.rows.find({ where: { id: MoreThan(id) }, order: { id: 'ASC' }, take: most });
  }

  async remove({ id }: Pick<UnclaimedItemEntity, 'id'>): Promise<void> {
    await this.rows.delete({ id });
  }

  async #claim(): Promise<void> {
    if (!(await this.rows.exists())) return;
    for (const signer of await this.signatures.signers(true)) {
      const claimed = await this.#claimOf(signer);
      for (const [accountId, count] of claimed) {
        this.logger.log(`Applied ${count} webhook items that were kept for business account ${accountId}.`);
      }
    }
  }

  /** @returns how many items of each account were applied */
  async #claimOf(signer: Signer): Promise<ReadonlyMap<string, number>> {
    const claimed = new Map<string, number>();
    const which = {
      secretId: signer.secretId,
      businessAccountId: inList(this.rows, [...signer.accounts].toSorted()),
    };
    const next = (id: number) =>
      this.rows.find({ where: { ...which, id: MoreThan(id) }, order: { id: 'ASC' }, take: BATCH_SIZE });
    let batch = await next(0);
    for (let last = batch.at(-1); last && !this.#isEnding; last = batch.at(-1)) {
      for (const accountId of await this.#apply(batch, signer)) {
        claimed.set(accountId, (claimed.get(accountId) ?? 0) + 1);
      }
      batch = await next(last.id);
    }
    return claimed;
  }

  /** Applied before it is removed: what is applied twice changes nothing. @returns the accounts of what was applied */
  async #apply(batch: readonly UnclaimedItemEntity[], signer: Signer): Promise<string[]> {
    const kept = batch.map((row) => ({ row, item: fromStored(row.item) }));
    const items = kept.flatMap(({ item }) => item ?? []);
    const signed = new Set(await this.signedItems.of(items, signer.accounts));
    await this.failed.store(await this.application.apply([...signed]));
    // One that was too long to be kept whole is of no use any more.
    const done = kept.filter(({ item }) => !item || signed.has(item)).map(({ row }) => row);
    if (done.length > 0) await this.rows.delete({ id: In(done.map(({ id }) => id)) });
    return [...signed].map(({ businessAccountId }) => businessAccountId);
  }

  /** Removes all but the newest. */
  async #prune(which: Partial<Pick<UnclaimedItemEntity, 'secretId' | 'businessAccountId'>>, most: number) {
    const [oldest] = await this.rows.find({
      select: { id: true },
      where: which,
      order: { id: 'DESC' },
      skip: most,
      take: 1,
    });
    if (oldest) await retryOnDeadlock(() => this.rows.delete({ ...which, id: LessThanOrEqual(oldest.id) }));
  }

  async #removeExpired(): Promise<void> {
    try {
      await this.rows.delete({ receivedAt: LessThan(new Date(Date.now() - KEPT_FOR_MS)) });
    } catch (error) {
      this.logger.debug?.(`Could not remove expired webhook items: ${String(error)}`);
    }
  }

  #warn(businessAccountId: string, isConfigured: boolean): void {
    if (this.#warned.has(businessAccountId) || this.#warned.size >= MOST_WARNINGS) return;
    this.#warned.set(businessAccountId, true);
    this.logger.warn(isConfigured ? foreignNumber(businessAccountId) : unconfigured(businessAccountId));
  }
}

const KEPT = `The newest ${MOST_OF_ACCOUNT} items of it are kept for 7 days`;

const foreignNumber = (id: string): string =>
  `A webhook of business account ${id} is about a phone number of another account, and was not applied. ${KEPT}, and applied once ` +
  'the number belongs to this account: call AccountsService.sync() if it was moved at Meta.';

const unconfigured = (id: string): string =>
  `A correctly signed webhook of business account ${id} was not applied: the app secret that signed it is not configured for this ` +
  `account. ${KEPT}, and applied once the account is in WhatsAppModule's accounts, or was added by AccountsService.add(), with this ` +
  `app's secret as appSecret.${id === '0' ? ' Account 0 is that of the Test button of Meta’s App Dashboard.' : ''}`;
