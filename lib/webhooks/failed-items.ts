import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { type DataSource, MoreThan, Repository, In, LessThanOrEqual } from 'typeorm';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { execute } from '../store/run-in-transaction.js';
import { insertRows, updateRows } from '../store/json-rows.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { truncateForColumn } from '../store/columns.js';
import { isError } from '../foreign-errors.js';
import { LIVE_FEED, type LiveFeed } from '../live-feed.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { type ItemFailure, WebhookItemError } from './webhook-arrivals.js';
import { type ReceivedItem, toStored, fromStored } from './webhook-item.js';
import { WebhookItemEntity } from './webhook-item.entity.js';
import { retryOnDeadlock } from '../store/retry.js';
import { type Expired, Retention } from '../process/retention.js';
import { NotFoundError } from '../errors.js';
import { isRowId } from '../identifier.js';
import { ItemApplication } from './item-application.js';
import { itemsOf } from './items-of.js';

const LONGEST_ERROR = 2_000;

/** Items of one webhook that the log names. */
const MOST_NAMED = 5;

/** Meta's ids of the accounts that items are wanted of; of all when undefined. */
type AccountIds = readonly string[];

/** Keeps items that could not be applied. */
@Injectable()
export class FailedItems {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(WebhookItemEntity) private readonly rows: Repository<WebhookItemEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** What is kept already, for Meta reports things twice, has failed once more. */
  async store(failures: readonly ItemFailure<ReceivedItem>[]): Promise<void> {
    if (failures.length === 0) return;
    const rows = [...new Map(failures.map(failedRowOf).map((row) => [failedItemKey(row), row])).values()];
    const kept = await this.#kept(rows);
    const again = rows.flatMap((row) => {
      const { id, tries } = kept.get(failedItemKey(row)) ?? {};
      return id === undefined || tries === undefined ? [] : [{ id, error: row.error, tries: tries + 1 }];
    });
    const news = rows.filter((row) => !kept.has(failedItemKey(row)));
    await execute(this.dataSource, [
      ...insertRows(this.rows, news, { tries: 1, receivedAt: new Date() }),
      ...updateRows(this.rows, again),
    ]);
    this.feed.note(rows.map(({ businessAccountId }) => ({ kind: 'webhook', businessAccountId })));
    for (const row of news.slice(0, MOST_NAMED)) {
      this.logger.error(
        `Could not apply a webhook item: ${describe(row)}: ${row.error} It is kept; see ` +
          'WebhooksService.failedItems(), and once the cause is mended, call applyAgain(id) or applyAllAgain() of it.',
      );
    }
    if (news.length > MOST_NAMED) {
      this.logger.error(
        `${news.length - MOST_NAMED} more items that came with them could not be applied, and are kept.`,
      );
    }
  }

  async #kept(rows: readonly FailedRow[]): Promise<ReadonlyMap<string, WebhookItemEntity>> {
    const found = await this.rows.findBy({
      businessAccountId: inList(this.rows, [...new Set(rows.map(({ businessAccountId }) => businessAccountId))]),
      item: inList(
        this.rows,
        rows.map(({ item }) => item),
      ),
    });
    return new Map(found.map((row) => [failedItemKey(row), row]));
  }

  /** It failed again. */
  async storeAgain({ id, tries }: WebhookItemEntity, error: unknown): Promise<void> {
    await this.rows.update({ id }, { error: errorInWords(error), tries: tries + 1 });
  }

  async remove({ id, businessAccountId }: WebhookItemEntity): Promise<void> {
    await this.rows.delete({ id });
    this.feed.note([{ kind: 'webhook', businessAccountId }]);
  }

  /** @throws NotFoundError `WEBHOOK_ITEM_NOT_FOUND` */
  async find(id: number, accountIds?: AccountIds): Promise<WebhookItemEntity> {
    const row = isRowId(id) ? await this.rows.findOneBy({ id, ...this.#of(accountIds) }) : null;
    if (row) return row;
    throw new NotFoundError('WEBHOOK_ITEM_NOT_FOUND', `There is no failed webhook item ${id}.`);
  }

  /** Those after a row id, the oldest first. */
  after(id: number, most: number, accountIds?: AccountIds): Promise<WebhookItemEntity[]> {
    const where = { id: MoreThan(id), ...this.#of(accountIds) };
    return this.rows.find({ where, order: { id: 'ASC' }, take: most });
  }

  /** The newest first, and how many there are of all. */
  page(skip: number, take: number, accountIds?: AccountIds): Promise<[WebhookItemEntity[], number]> {
    return this.rows.findAndCount({ where: this.#of(accountIds), order: { id: 'DESC' }, skip, take });
  }

  #of(accountIds: AccountIds | undefined) {
    return accountIds ? { businessAccountId: inList(this.rows, [...accountIds]) } : {};
  }
}

/** Items that are read together to be applied again. */
const RETRY_BATCH_SIZE = 100;

/** Applies items again that could not be applied. */
@Injectable()
export class FailedItemRetries {
  constructor(
    private readonly failed: FailedItems,
    private readonly application: ItemApplication,
  ) {}

  /** @throws NotFoundError `WEBHOOK_ITEM_NOT_FOUND` */
  async applyAgain(id: number, accountIds?: AccountIds): Promise<boolean> {
    return this.#apply(await this.failed.find(id, accountIds));
  }

  async applyAllAgain(accountIds?: AccountIds): Promise<{ readonly applied: number; readonly failed: number }> {
    const outcomes: boolean[] = [];
    let rows = await this.failed.after(0, RETRY_BATCH_SIZE, accountIds);
    for (let last = rows.at(-1); last; last = rows.at(-1)) {
      for (const row of rows) outcomes.push(await this.#apply(row));
      rows = await this.failed.after(last.id, RETRY_BATCH_SIZE, accountIds);
    }
    const applied = outcomes.filter(Boolean).length;
    return { applied, failed: outcomes.length - applied };
  }

  async #apply(row: WebhookItemEntity): Promise<boolean> {
    const [failure] = await this.#failuresOf(row);
    if (failure) await this.failed.storeAgain(row, failure.error);
    else await this.failed.remove(row);
    return !failure;
  }

  async #failuresOf({
    item: stored,
    businessAccountId,
  }: WebhookItemEntity): Promise<Pick<ItemFailure<unknown>, 'error'>[]> {
    const item = fromStored(stored);
    if (!item)
      return [{ error: new WebhookItemError('It was too long to be kept whole, and cannot be applied again.') }];
    const items: ReceivedItem[] = item.kind === 'unreadable' ? itemsOf(item.body) : [item];
    // What no one could read was signed for this account alone.
    const isSigned = items.every((candidate) => candidate.businessAccountId === businessAccountId);
    if (!isSigned) return [{ error: new WebhookItemError('It is about another account than the one that signed it.') }];
    return this.application.apply(items);
  }
}

type FailedRow = Pick<WebhookItemEntity, 'businessAccountId' | 'field' | 'item' | 'error'>;

const failedRowOf = ({ item, error }: ItemFailure<ReceivedItem>): FailedRow => ({
  businessAccountId: truncateForColumn(item.businessAccountId, 64),
  field: truncateForColumn(item.field, 64),
  item: toStored(item),
  error: errorInWords(error),
});

const failedItemKey = ({ businessAccountId, field, item }: FailedRow): string =>
  JSON.stringify([businessAccountId, field, item]);

const describe = ({ businessAccountId, field }: FailedRow): string =>
  businessAccountId === '' ? 'an entry of no account' : `field "${field}" of business account ${businessAccountId}`;

const errorInWords = (error: unknown): string =>
  truncateForColumn(isError(error) ? error.message || error.name : String(error), LONGEST_ERROR);

/** Rows in one statement. */
const BATCH_SIZE = 500;

/** Deletes items that could not be applied once they were kept long enough. */
@Injectable()
export class ExpiredItems {
  constructor(
    @InjectWhatsAppRepository(WebhookItemEntity) private readonly items: Repository<WebhookItemEntity>,
    retention: Retention,
  ) {
    retention.add('webhookItems', (expired) => this.delete(expired));
  }

  async delete({ until, signal }: Expired): Promise<void> {
    while (!signal.aborted) {
      const rows = await this.items.find({
        select: { id: true },
        where: { receivedAt: LessThanOrEqual(until) },
        order: { receivedAt: 'ASC' },
        take: BATCH_SIZE,
      });
      if (rows.length === 0) return;
      await retryOnDeadlock(() => this.items.delete({ id: In(rows.map(({ id }) => id)) }));
    }
  }
}
