import { Inject, Injectable } from '@nestjs/common';
import { LIVE_FEED, type LiveFeed } from '../live-feed.js';
import {
  Between,
  type DataSource,
  type FindOptionsWhere,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  Not,
  type QueryDeepPartialEntity,
  Repository,
} from 'typeorm';
import { execute, runInTransaction } from '../store/run-in-transaction.js';
import { isIdentifier } from '../identifier.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { inList } from '../store/dialect.js';
import { insertRow, insertRows, preparedStatement, tableOf } from '../store/json-rows.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { RowIds } from '../store/row-ids.js';
import { selectEntities, change, type Statements } from '../store/statement.js';
import type { Expired } from '../process/retention.js';
import { IDEMPOTENCY_KEY_LIFETIME, type StoredIdempotencyKey } from './idempotency-key.js';
import { countryOfRecipient } from './pricing.js';
import { changeMessages, ERASED, type MessageChange, MessageCallbacks } from './message-changes.js';
import type { Acceptance } from './message-call.js';
import { type Failure, NO_FAILURE, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN_FAILURE } from './message-failure.js';
import { MessageEntity, type MessageStatus } from './message.entity.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages.options.js';

/** What of a message is known before its row exists. */
export type NewMessage = Pick<MessageEntity, 'workspaceId' | 'phoneNumberId' | 'type' | 'recipientPhone'> &
  Partial<
    Pick<
      MessageEntity,
      | 'userId'
      | 'contextWamid'
      | 'templateName'
      | 'templateLanguage'
      | 'templateCategory'
      | 'content'
      | 'apiKeyId'
      | 'createdAt'
    >
  >;
/** What a webhook's message is stored as; all rows of one statement have the same columns. */
export type InboundRow = Partial<MessageEntity> & Pick<MessageEntity, 'id' | 'idempotencyKey'>;

/** The messages to and from one person, by one name and one phone number of the business. */
export type MessagesOfPerson = Pick<MessageEntity, 'workspaceId' | 'phoneNumberId'> &
  Pick<FindOptionsWhere<MessageEntity>, 'recipientPhone' | 'userId' | 'createdAt'>;

/** What is known of the row before its call; `recipientPhone` is empty for a person known by a user id alone. */
type SentRow = Pick<MessageEntity, 'id' | 'recipientPhone'>;

/** Milliseconds that a process may stall between its last look at the clock and the call. */
export const EXPIRY_MARGIN = 15_000;
/** Rows in one statement. */
const BATCH_SIZE = 500;

/** Row ids that one statement of {@link MessageRepository.removeContents} looks at. */
const ID_RANGE = 1_000;

const NOT_YET_SENT: MessageStatus[] = ['sending', 'unconfirmed'];

/** A message that waited for proof and got none; proof, or a refusal, that comes after all still counts. */
const GIVEN_UP = { status: 'failed' as const, errorCode: OUTCOME_UNKNOWN };
const NO_KEY = { idempotencyKey: null, idempotencyFingerprint: null };

/** Meta took a message to someone who was not erased meanwhile; nearly all of them. */
const markSent = (table: string): string =>
  `UPDATE ${table} SET status = 'sent', wamid = :wamid, wa_id = :waId, message_status = :messageStatus, sent_at = :sentAt, ` +
  `lapses_at = NULL WHERE id = :id AND status IN ('${NOT_YET_SENT.join("', '")}') ` +
  `AND (recipient_phone <> '' OR user_id IS NOT NULL)`;

/**
 * The only writer of messages, but for those of bulk sends: `BulkLedger` and the bulk sender write theirs together with the
 * counters over them. Its statements are conditional, so that any number of processes may run them.
 */
@Injectable()
export class MessageRepository {
  /** Null in every column: a new row is handed on as it will be read again. */
  readonly #nothing: Partial<MessageEntity>;
  readonly #markSent: ReturnType<typeof preparedStatement>;

  constructor(
    @Inject(MESSAGES_OPTIONS) private readonly options: MessagesOptions,
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly rowIds: RowIds,
    private readonly callbacks: MessageCallbacks,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {
    const { columns } = messages.metadata;
    const readable = columns.filter(({ isSelect }) => isSelect);
    this.#nothing = Object.fromEntries(readable.map(({ propertyName }) => [propertyName, null]));
    this.#markSent = preparedStatement(dataSource, markSent(tableOf(dataSource, messages.metadata)));
  }

  /**
   * Inserts a message whose call comes next, with its idempotency key in the same statement.
   * @throws QueryFailedError with a unique violation when the key is taken
   */
  async insertSending(message: NewMessage, key?: StoredIdempotencyKey): Promise<MessageEntity> {
    const now = new Date();
    const row = this.asStored({
      ...message,
      ...key,
      id: await this.rowIds.next(),
      direction: 'outbound',
      status: 'sending',
      attempt: 1,
      retries: 0,
      createdAt: message.createdAt ?? now,
      lapsesAt: new Date(now.getTime() + this.options.callTimeout + EXPIRY_MARGIN),
    });
    await execute(this.dataSource, [insertRow(this.messages, row)]);
    this.#note([row.id]);
    return row;
  }

  /** A new row as it will be read again. */
  asStored(given: Omit<Partial<MessageEntity>, 'learnedAt'>): MessageEntity {
    return Object.assign(new MessageEntity(), this.#nothing, given);
  }

  /** Inserts what customers sent, as part of a transaction. */
  *insertInbound(rows: readonly InboundRow[]): Statements<void> {
    yield* change(insertRows(this.messages, rows));
  }

  /** Changes locked messages, given in the order of their ids, as part of a transaction. */
  change(changes: readonly MessageChange[]): Statements<void> {
    return changeMessages(this.messages, changes);
  }

  /** Meta took it. Also counts for a row that was given up meanwhile: this is the proof that it was sent. */
  async recordSent({ id, recipientPhone }: SentRow, acceptance: Acceptance, sentAt: Date): Promise<void> {
    const marked = this.#markSent({ id, ...acceptance, sentAt: sentAt.getTime() });
    if ((await execute(this.dataSource, [marked])) === 0)
      await this.#recordSentLate(id, recipientPhone, acceptance, sentAt);
    this.#note([id]);
  }

  /** It was given up, erased, or reported by a webhook meanwhile. */
  async #recordSentLate(id: number, recipientPhone: string, acceptance: Acceptance, sentAt: Date): Promise<void> {
    const sent = { ...acceptance, status: 'sent' as const, sentAt, lapsesAt: null };
    const known = recipientPhone === '' ? { userId: Not(IsNull()) } : { recipientPhone };
    if (await this.#recordSent({ id, ...known }, sent)) return;
    // The person was erased meanwhile: it counts as sent, and brings nothing back.
    if (await this.#recordSent({ id, recipientPhone: '', userId: IsNull() }, { ...sent, ...ERASED })) return;
    // Where a webhook was faster, only Meta's words about the answer itself are missing.
    const { wamid, messageStatus } = acceptance;
    if (wamid !== null) await this.#update({ id, wamid }, { messageStatus });
  }

  /** Meta certainly did not take it. `releaseKey`: the same idempotency key may try again. */
  async recordFailed(id: number, failure: Failure, { releaseKey }: { releaseKey: boolean }): Promise<void> {
    const failed = { ...failure, status: 'failed' as const, failedAt: new Date(), lapsesAt: null };
    const values = releaseKey ? { ...failed, ...NO_KEY } : failed;
    const isFailed = await this.#fail({ id, status: In(NOT_YET_SENT) }, values);
    if (!isFailed) await this.#fail({ id, ...GIVEN_UP }, values);
    this.#note([id]);
  }

  /** It is unknown whether Meta took it. */
  async recordUnconfirmed(id: number): Promise<void> {
    await this.#update({ id, status: 'sending' }, { status: 'unconfirmed', lapsesAt: this.#unconfirmedUntil() });
    this.#note([id]);
  }

  /** Settles rows with an expired status: those of dead processes, and those that waited for proof and got none. */
  async settleExpired(): Promise<void> {
    await this.#settle('sending', (expired) =>
      this.#update(expired, { status: 'unconfirmed', lapsesAt: this.#unconfirmedUntil() }),
    );
    await this.#settle('unconfirmed', (expired) =>
      this.#fail(expired, { status: 'failed', failedAt: new Date(), lapsesAt: null, ...OUTCOME_UNKNOWN_FAILURE }),
    );
  }

  /**
   * Removes a person from their messages; the rows stay, so that counters remain a count of them, with the country, by which
   * Meta charges what it has not reported a price of yet.
   */
  async erase(messages: MessagesOfPerson): Promise<void> {
    for (;;) {
      const rows = await this.messages.find({
        select: { id: true, recipientPhone: true, userId: true },
        where: messages,
        order: { createdAt: 'ASC' },
        take: BATCH_SIZE,
      });
      const [first] = rows;
      if (!first) return;
      const id = inList(
        this.messages,
        rows.map((row) => row.id),
      );
      const unpriced = { id, direction: 'outbound' as const, pricingCountry: IsNull() };
      const country = { pricingCountry: countryOfRecipient(first) };
      await retryOnDeadlock(() => this.messages.update(unpriced, country));
      await retryOnDeadlock(() => this.messages.update({ id }, ERASED));
    }
  }

  /**
   * Removes the contents of a workspace's old messages, but for those still to be sent. By ranges of row ids: thousands of
   * messages may be of the same moment, and no index has those in an order.
   */
  async removeContents(workspaceId: number, { since, until, signal }: Expired): Promise<void> {
    const range = await this.messages
      .createQueryBuilder('message')
      .select('MIN(message.id)', 'first')
      .addSelect('MAX(message.id)', 'last')
      .where({ workspaceId, createdAt: Between(since, until) })
      .getRawOne<{ first: string | number | null; last: string | number | null }>();
    if (!range || range.first === null) return;
    const last = Number(range.last);
    for (let first = Number(range.first); first <= last && !signal.aborted; first += ID_RANGE) {
      await retryOnDeadlock(() =>
        this.messages.update(
          {
            id: Between(first, first + ID_RANGE - 1),
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

  /** The present row. */
  get(id: number): Promise<MessageEntity> {
    return this.messages.findOneByOrFail({ id });
  }

  /** The row that an idempotency key made, unless the key is too old to count. */
  async findByKey({ idempotencyKey }: StoredIdempotencyKey): Promise<MessageEntity | null> {
    const message = await this.messages.findOneBy({ idempotencyKey });
    if (!message || message.createdAt.getTime() > Date.now() - IDEMPOTENCY_KEY_LIFETIME) return message;
    await this.#update({ id: message.id, idempotencyKey }, NO_KEY);
    return null;
  }

  /** One outbound message of the workspace. */
  findOutbound(workspaceId: number, by: { id: number } | { wamid: string }): Promise<MessageEntity | null> {
    return this.messages.findOneBy({ ...by, workspaceId, direction: 'outbound' });
  }

  /** Found by one index and changed by another: found first and locked by id, as sends lock them, so that none wait in a ring. */
  async #settle(
    status: MessageStatus,
    write: (expired: FindOptionsWhere<MessageEntity>) => Promise<boolean>,
  ): Promise<void> {
    // Those of bulk sends move counters, too: bulk sends settle their own.
    const expired = { status, bulkSendId: IsNull(), lapsesAt: LessThan(new Date()) };
    const rows = await this.messages.find({
      where: expired,
      select: { id: true },
      order: { lapsesAt: 'ASC' },
      take: BATCH_SIZE,
    });
    if (rows.length === 0) return;
    const ids = rows.map(({ id }) => id);
    await write({ ...expired, id: In(ids) });
    this.#note(ids);
    if (rows.length === BATCH_SIZE) await this.#settle(status, write);
  }

  async #recordSent(
    where: FindOptionsWhere<MessageEntity>,
    sent: QueryDeepPartialEntity<MessageEntity>,
  ): Promise<boolean> {
    if (await this.#update({ ...where, status: In(NOT_YET_SENT) }, sent)) return true;
    return this.#update({ ...where, ...GIVEN_UP }, { ...sent, ...NO_FAILURE, failedAt: null });
  }

  /** Fails rows, and puts the callbacks that report it: no webhook will. @returns whether there were any */
  #fail(where: FindOptionsWhere<MessageEntity>, failed: QueryDeepPartialEntity<MessageEntity>): Promise<boolean> {
    const { messages, callbacks } = this;
    return runInTransaction(this.dataSource, function* () {
      const rows = yield* selectEntities(messages, where, { lock: true });
      if (rows.length === 0) return false;
      const ids = rows.map(({ id }) => id);
      yield* change(
        messages
          .createQueryBuilder()
          .update()
          .set(failed)
          .where({ id: In(ids) }),
      );
      for (const workspaceId of new Set(rows.map((row) => row.workspaceId))) {
        const own = rows.filter((row) => row.workspaceId === workspaceId);
        yield* callbacks.failed(
          workspaceId,
          own.map(({ id }) => id),
        );
      }
      return true;
    });
  }

  /** Whether a row was changed. */
  async #update(
    where: FindOptionsWhere<MessageEntity>,
    values: QueryDeepPartialEntity<MessageEntity>,
  ): Promise<boolean> {
    const { affected } = await retryOnDeadlock(() => this.messages.update(where, values));
    return affected !== 0;
  }

  #note(ids: readonly number[]): void {
    this.feed.note(ids.map((id) => ({ kind: 'message', id })));
  }

  #unconfirmedUntil(): Date {
    return new Date(Date.now() + this.options.unconfirmedAfter);
  }
}

/** By what a caller means a message: its row id, also as a text, or its wamid; undefined for what is neither. */
export function messageKey(id: number | string): { id: number } | { wamid: string } | undefined {
  const text = String(id);
  const rowId = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(rowId)) return { id: rowId };
  return isIdentifier(text, 255) ? { wamid: text } : undefined;
}
