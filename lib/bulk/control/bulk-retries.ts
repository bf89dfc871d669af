import { Injectable } from '@nestjs/common';
import { In, IsNull, MoreThan, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../database/repositories.js';
import type { Statements } from '../../database/statement.js';
import { reactionTo } from '../../graph/error-catalogue.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { NO_FAILURE, OUTCOME_UNKNOWN } from '../../messages/message-store.js';
import { CHUNK_SIZE } from '../accepting/stored-recipients.js';
import { BulkChunks } from '../bulk-chunks.js';
import type { BulkSendEntity } from '../bulk-send.entity.js';
import { BulkSendStateError } from '../bulk.errors.js';
import { BulkLedger, type LedgerEntry } from '../ledger/bulk-ledger.js';
import type { LockedBulkSend, LockedMessage } from '../ledger/bulk-locks.js';

/** Meta's codes after which a person, and no rule, may hope for another try: the message was not taken for the moment. */
const MAY_PASS: ReadonlySet<string> = new Set(['RETRY', 'PAIR', 'DEFER_24H', 'PHONE_SLOW', 'API_SLOW', 'WAIT_TIER']);

/** Failures of this module's own that may pass. */
const OWN_MAY_PASS: ReadonlySet<string> = new Set(['META_UNREACHABLE', 'NOT_SENT']);

/** Lets failed messages be sent again, when a person asks for it. */
@Injectable()
export class BulkRetries {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly chunks: BulkChunks,
    private readonly ledger: BulkLedger,
  ) {}

  /**
   * @returns how many are sent again
   * @throws BulkSendStateError when it was cancelled
   */
  async retry(bulkSend: BulkSendEntity, includeUnknown: boolean): Promise<number> {
    if (bulkSend.status === 'CANCELLED') throw new BulkSendStateError('The bulk send was cancelled; make a new one.');
    const codes = bulkSend.failures.flatMap(({ code }) =>
      code !== null && mayPass(code, includeUnknown) ? [code] : [],
    );
    if (codes.length === 0) return 0;
    let retried = 0;
    for (let after = 0; ;) {
      const failed = await this.messages.find({
        select: { id: true, seq: true },
        // What was erased, or expired, cannot be sent again.
        where: {
          bulkSendId: bulkSend.id,
          status: 'failed',
          errorCode: In(codes),
          content: Not(IsNull()),
          seq: MoreThan(after),
        },
        order: { seq: 'ASC' },
        take: CHUNK_SIZE,
      });
      const last = failed.at(-1)?.seq;
      if (last === undefined || last === null) return retried;
      after = last;
      const ids = failed.map(({ id }) => id);
      const entry = await this.ledger.change(bulkSend.id, ids, (rows, locked) => this.#again(locked, rows, codes));
      retried += entry.messages.length;
    }
  }

  *#again(bulkSend: LockedBulkSend, rows: readonly LockedMessage[], codes: readonly string[]): Statements<LedgerEntry> {
    // What had a one-time code was erased with it.
    const again =
      bulkSend.carriesCode || bulkSend.status === 'CANCELLED'
        ? []
        : rows.filter(
            ({ status, errorCode }) => status === 'failed' && errorCode !== null && codes.includes(errorCode),
          );
    if (again.length === 0) return { messages: [] };
    yield* this.chunks.plan(bulkSend, again);
    const pending = { ...NO_FAILURE, status: 'pending' as const, retries: 0, nextAttemptAt: null, failedAt: null };
    return {
      messages: again.map(({ id }) => ({ id, ...pending, sentAt: null })),
      bulkSend: {
        completedAt: null,
        streak: 0,
        streakCode: null,
        ...(bulkSend.completedAt && { status: 'QUEUED' }),
      },
    };
  }
}

function mayPass(code: string, includeUnknown: boolean): boolean {
  if (code === OUTCOME_UNKNOWN) return includeUnknown;
  if (OWN_MAY_PASS.has(code)) return true;
  return /^\d+$/.test(code) && MAY_PASS.has(reactionTo(Number(code)).reaction);
}
