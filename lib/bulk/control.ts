import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, Not, Raw, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { SendingPauses } from '../accounts/sending-pauses.js';
import { mayPassAt, reactionTo } from '../graph/error-catalogue.js';
import { NO_FAILURE, OUTCOME_UNKNOWN } from '../messages/message-failure.js';
import { MessageEntity } from '../messages/message.entity.js';
import { NO_PRICE } from '../messages/pricing.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import type { Statements } from '../store/statement.js';
import { TemplateSync } from '../templates/template-sync.js';
import { CHUNK_SIZE } from './accept/recipient-rows.js';
import { BulkChunkEntity } from './bulk-chunk.entity.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { BulkSendStateError } from './bulk.errors.js';
import { BulkChunks } from './dispatch/chunks.js';
import { BulkLedger, type LedgerEntry, type LockedBulkSend, type LockedMessage } from './ledger.js';
import { BulkLifecycle, reopenedState } from './lifecycle.js';

/** Milliseconds for which `cancel` fails messages itself; the rest is done in the background. */
const SETTLED_IN_MS = 500;

/** Error code of messages of a bulk send that was cancelled before they were sent. */
const CANCELLED = 'CANCELLED';

/** Messages failed in one transaction. */
const BATCH_SIZE = 1_000;

/** Fails what is pending of cancelled bulk sends. None of it is sent any more; here it is only recorded. */
@Injectable()
export class CancelledMessages {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly ledger: BulkLedger,
  ) {}

  async settleAll(): Promise<void> {
    const cancelled = await this.bulkSends.findBy({ status: 'CANCELLED', completedAt: IsNull() });
    for (const { id } of cancelled) await this.settle(id);
  }

  /** @param until by `performance.now()`: the rest is left to `settleAll` */
  async settle(bulkSendId: string, until = Infinity): Promise<void> {
    for (let after: number | null = 0; after !== null;) {
      if (performance.now() > until) return;
      const pending: Pick<MessageEntity, 'id' | 'seq'>[] = await this.messages.find({
        select: { id: true, seq: true },
        where: { bulkSendId, status: 'pending', seq: MoreThan(after) },
        order: { seq: 'ASC' },
        take: BATCH_SIZE,
      });
      await this.#fail(
        bulkSendId,
        pending.map(({ id }) => id),
      );
      after = pending.length < BATCH_SIZE ? null : (pending.at(-1)?.seq ?? null);
    }
    await this.chunks.delete({ bulkSendId, processId: IsNull() });
  }

  async #fail(bulkSendId: string, ids: readonly number[]): Promise<void> {
    await this.ledger.change(bulkSendId, ids, (messages, { carriesCode }) => ({
      messages: messages
        .filter(({ status }) => status === 'pending')
        .map(({ id }) => ({
          id,
          status: 'failed',
          failedAt: new Date(),
          nextAttemptAt: null,
          errorCode: CANCELLED,
          errorMessage: 'The bulk send was cancelled before this message was sent.',
          ...(carriesCode && { content: null }),
        })),
      // Also when nothing was pending: it may be over by now.
      bulkSend: {},
    }));
  }
}

/** Pauses, resumes and cancels bulk sends when a person asks for it. */
@Injectable()
export class BulkControl {
  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly templates: TemplateSync,
    private readonly pauses: SendingPauses,
    private readonly chunks: BulkChunks,
    private readonly cancelled: CancelledMessages,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  /** @throws BulkSendStateError when it has ended */
  pause({ id }: BulkSendEntity): Promise<void> {
    return this.lifecycle.pause(id);
  }

  /**
   * Also resumes its number and account: the request of a person outweighs their pauses.
   * @throws BulkSendStateError when it has ended
   */
  async resume(bulkSend: BulkSendEntity): Promise<void> {
    const { id, accountId, phoneNumberId, waitingReason, templateName } = bulkSend;
    const account = await this.accounts.findOneBy({ id: accountId });
    // First of all: with the status that is known, the next chunk would pause it again.
    if (account && waitingReason === 'template_paused') await this.#lookUpTemplate(account, templateName);
    await this.lifecycle.resume(bulkSend);
    await this.pauses.resume('number', phoneNumberId);
    if (account) await this.pauses.resume('account', account.businessAccountId);
    await this.chunks.makeDue(id);
  }

  /**
   * What was not sent yet fails as `CANCELLED`.
   * @throws BulkSendStateError when it has ended
   */
  async cancel({ id }: BulkSendEntity): Promise<void> {
    await this.lifecycle.cancel(id);
    await this.cancelled.settle(id, performance.now() + SETTLED_IN_MS);
  }

  /** One that was paused may be approved again; with Meta out of reach it stays as it was last seen. */
  async #lookUpTemplate(account: BusinessAccountEntity, name: string): Promise<void> {
    await this.templates.refresh(account, name).catch(() => undefined);
  }
}

/** Failures of this module's own that may pass. */
const OWN_MAY_PASS: ReadonlySet<string> = new Set(['META_UNREACHABLE', 'META_UNAVAILABLE', 'NOT_SENT']);

type FailedRow = Pick<MessageEntity, 'id' | 'seq' | 'errorCode' | 'failedAt' | 'nextAttemptAt' | 'content'>;

/** When to try which message again; null: now. */
type RetryTimes = ReadonlyMap<number, Date | null>;

/** Lets failed messages be sent again, when a person asks for it. */
@Injectable()
export class BulkRetries {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly chunks: BulkChunks,
    private readonly ledger: BulkLedger,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  /**
   * Sends failed messages again, each when it may be taken: one that Meta asks to wait a day with, a day after it failed.
   * @returns how many are sent again
   * @throws BulkSendStateError when it was cancelled
   */
  async retry(bulkSend: BulkSendEntity, includeUnknown: boolean): Promise<number> {
    if (bulkSend.status === 'CANCELLED') throw new BulkSendStateError('The bulk send was cancelled; make a new one.');
    let retried = 0;
    let first: number = Infinity;
    for (let after = 0; ;) {
      const failed = await this.#failedAfter(bulkSend, after);
      const last = failed.at(-1)?.seq;
      if (last === undefined || last === null) break;
      after = last;
      const times = new Map(failed.flatMap((message) => timeOf(message, includeUnknown) ?? []));
      const entry = await this.ledger.change(bulkSend.id, [...times.keys()], (rows, locked) =>
        this.#again(locked, rows, times),
      );
      retried += entry.messages.length;
      for (const { nextAttemptAt } of entry.messages) first = Math.min(first, nextAttemptAt?.getTime() ?? 0);
    }
    if (retried > 0 && first > Date.now()) await this.#defer(bulkSend, new Date(first));
    return retried;
  }

  /** What was erased, or expired, cannot be sent again. */
  #failedAfter({ id: bulkSendId }: BulkSendEntity, after: number): Promise<FailedRow[]> {
    return this.messages.find({
      select: { id: true, seq: true, errorCode: true, failedAt: true, nextAttemptAt: true, content: true },
      where: { bulkSendId, status: 'failed', errorCode: Not(IsNull()), content: Not(IsNull()), seq: MoreThan(after) },
      order: { seq: 'ASC' },
      take: CHUNK_SIZE,
    });
  }

  /** Nothing of it is due before, unless something was pending anyway. */
  async #defer({ id }: BulkSendEntity, until: Date): Promise<void> {
    const isDue = Raw((column) => `(${column} IS NULL OR ${column} < :until)`, { until: until.getTime() });
    const due = { bulkSendId: id, status: In(['pending', 'sending'] as const), nextAttemptAt: isDue };
    if (await this.messages.existsBy(due)) return;
    await this.lifecycle.deferRetries(id, until);
  }

  *#again(bulkSend: LockedBulkSend, rows: readonly LockedMessage[], times: RetryTimes): Statements<LedgerEntry> {
    // What had a one-time code was erased with it.
    const again =
      bulkSend.carriesCode || bulkSend.status === 'CANCELLED'
        ? []
        : rows.filter(({ id, status }) => status === 'failed' && times.has(id));
    if (again.length === 0) return { messages: [] };
    yield* this.chunks.plan(bulkSend, again);
    const unsent = { ...NO_FAILURE, ...NO_PRICE, failedAt: null, sentAt: null };
    const pending = { ...unsent, status: 'pending' as const, retries: 0 };
    return {
      messages: again.map(({ id }) => ({ id, ...pending, nextAttemptAt: times.get(id) ?? null })),
      bulkSend: {
        ...reopenedState(bulkSend),
        streak: 0,
        streakCode: null,
      },
    };
  }
}

/** Returns when to try a failed message again, by its id; undefined if that would fail again. */
function timeOf(message: FailedRow, includeUnknown: boolean): [id: number, at: Date | null][] | undefined {
  const { id, errorCode, failedAt, nextAttemptAt, content } = message;
  if (errorCode === null) return undefined;
  if (errorCode === OUTCOME_UNKNOWN) return includeUnknown ? [[id, null]] : undefined;
  if (OWN_MAY_PASS.has(errorCode)) return [[id, null]];
  const at = nextAttemptAt ?? byCatalogue(errorCode, content, failedAt ?? new Date());
  if (!at) return undefined;
  return [[id, at > new Date() ? at : null]];
}

/** Returns the time for an error that a webhook reported: its row does not have one. */
function byCatalogue(errorCode: string, content: object | null, failedAt: Date): Date | null {
  if (!/^\d+$/.test(errorCode)) return null;
  return mayPassAt(reactionTo(Number(errorCode), { linkedMedia: LINK.test(JSON.stringify(content)) }), failedAt);
}

/** A header's file that Meta fetches, as the values of a template have it. */
const LINK = /"(?:link|header_(?:image|video|document))":"https?:/i;
