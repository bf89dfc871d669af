import { Inject, Injectable } from '@nestjs/common';
import {
  type DataSource,
  type FindOptionsWhere,
  In,
  IsNull,
  LessThan,
  Not,
  type QueryDeepPartialEntity,
  Repository,
} from 'typeorm';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { RowIds } from '../store/row-ids.js';
import { selectEntities } from '../store/select-entities.js';
import { change } from '../store/statement.js';
import { IDEMPOTENCY_KEY_LIFETIME, type StoredIdempotencyKey } from '../idempotency/idempotency-key.js';
import { ERASED } from './erased-message.js';
import { MessageCallbacks } from './message-callbacks.js';
import type { Acceptance } from './message-call.js';
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

/** Why a message failed, in Meta's words or this module's. */
export type Failure = Pick<MessageEntity, 'errorCode' | 'errorMessage' | 'errorDetails' | 'errorTraceId'>;

/** What is known of the row before its call; `recipientPhone` is empty for somebody known by a user id alone. */
type SentRow = Pick<MessageEntity, 'id' | 'recipientPhone'>;

/** Time that a process may stall between its last look at the clock and the call, in ms. */
export const LAPSE_MARGIN = 15_000;

/** Error code of a message that waited for proof in vain. */
export const OUTCOME_UNKNOWN = 'OUTCOME_UNKNOWN';

/** What a row says that waited for proof in vain. */
export const OUTCOME_UNKNOWN_FAILURE: Failure = {
  errorCode: OUTCOME_UNKNOWN,
  errorMessage: 'Meta never told whether it took the message.',
  errorDetails: null,
  errorTraceId: null,
};

const SETTLED_AT_ONCE = 500;

const NOT_YET_SENT: MessageStatus[] = ['sending', 'unconfirmed'];

/** Where a message stands that waited for proof in vain; proof, or a refusal, that comes after all still counts. */
const GIVEN_UP = { status: 'failed' as const, errorCode: OUTCOME_UNKNOWN };

/** What a row says that did not fail. */
export const NO_FAILURE: Failure = { errorCode: null, errorMessage: null, errorDetails: null, errorTraceId: null };
const NO_KEY = { idempotencyKey: null, idempotencyFingerprint: null };

/** Writes messages and their outcomes: by conditional statements, safe in any number of processes. */
@Injectable()
export class MessageStore {
  constructor(
    @Inject(MESSAGES_OPTIONS) private readonly options: MessagesOptions,
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly rowIds: RowIds,
    private readonly callbacks: MessageCallbacks,
  ) {}

  /**
   * Inserts a message whose call comes next, with its idempotency key in the same statement.
   * @throws QueryFailedError with a unique violation when the key is taken
   */
  async insertSending(message: NewMessage, key?: StoredIdempotencyKey): Promise<MessageEntity> {
    const now = new Date();
    const row = this.messages.create({
      ...message,
      ...key,
      id: await this.rowIds.next(),
      direction: 'outbound',
      status: 'sending',
      attempt: 1,
      retries: 0,
      createdAt: message.createdAt ?? now,
      lapsesAt: new Date(now.getTime() + this.options.callTimeout + LAPSE_MARGIN),
    });
    // The row is handed on as it will be read again: with null where nothing is yet.
    for (const column of this.messages.metadata.columns) {
      if (column.isSelect && column.getEntityValue(row) === undefined) column.setEntityValue(row, null);
    }
    await retryOnDeadlock(() => this.messages.createQueryBuilder().insert().values(row).execute());
    return row;
  }

  /** Meta took it. Also counts for a row that was given up meanwhile: this is the proof that it was sent. */
  async recordSent({ id, recipientPhone }: SentRow, acceptance: Acceptance, sentAt: Date): Promise<void> {
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
    if (await this.#fail({ id, status: In(NOT_YET_SENT) }, values)) return;
    await this.#fail({ id, ...GIVEN_UP }, values);
  }

  /** Nobody knows whether Meta took it. */
  async recordUnconfirmed(id: number): Promise<void> {
    await this.#update({ id, status: 'sending' }, { status: 'unconfirmed', lapsesAt: this.#unconfirmedUntil() });
  }

  /** Settles rows whose status has lapsed: those of dead processes, and those that waited for proof in vain. */
  async settleLapsed(): Promise<void> {
    await this.#settle('sending', (lapsed) =>
      this.#update(lapsed, { status: 'unconfirmed', lapsesAt: this.#unconfirmedUntil() }),
    );
    await this.#settle('unconfirmed', (lapsed) =>
      this.#fail(lapsed, { status: 'failed', failedAt: new Date(), lapsesAt: null, ...OUTCOME_UNKNOWN_FAILURE }),
    );
  }

  /** The row as it stands now. */
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
    write: (lapsed: FindOptionsWhere<MessageEntity>) => Promise<boolean>,
  ): Promise<void> {
    // Those of bulk sends move counters, too: the bulk sends' own sweep sees to them.
    const lapsed = { status, bulkSendId: IsNull(), lapsesAt: LessThan(new Date()) };
    const rows = await this.messages.find({
      where: lapsed,
      select: { id: true },
      order: { lapsesAt: 'ASC' },
      take: SETTLED_AT_ONCE,
    });
    if (rows.length === 0) return;
    await write({ ...lapsed, id: In(rows.map(({ id }) => id)) });
    if (rows.length === SETTLED_AT_ONCE) await this.#settle(status, write);
  }

  async #recordSent(
    where: FindOptionsWhere<MessageEntity>,
    sent: QueryDeepPartialEntity<MessageEntity>,
  ): Promise<boolean> {
    if (await this.#update({ ...where, status: In(NOT_YET_SENT) }, sent)) return true;
    return this.#update({ ...where, ...GIVEN_UP }, { ...sent, ...NO_FAILURE, failedAt: null });
  }

  /** Has rows fail, and tells who wants to know; no webhook does. @returns whether there were any */
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

  #unconfirmedUntil(): Date {
    return new Date(Date.now() + this.options.unconfirmedAfter);
  }
}
