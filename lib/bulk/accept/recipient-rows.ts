import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, In, MoreThan, Repository, type SelectQueryBuilder } from 'typeorm';
import { BudgetLedger } from '../../costs/budget-ledger.js';
import { MessageCallbacks } from '../../messages/message-changes.js';
import { type Failure, NO_FAILURE } from '../../messages/message-failure.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { PendingContents } from '../../messages/pending-content.js';
import { WHATSAPP_DATA_SOURCE } from '../../store/data-source.provider.js';
import { runInTransaction } from '../../store/run-in-transaction.js';
import { insertRows } from '../../store/json-rows.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { retryOnDeadlock } from '../../store/retry.js';
import { RowIds } from '../../store/row-ids.js';
import { change, select, type Statements } from '../../store/statement.js';
import { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import type { ReadBulkRecipient } from './recipient-reading.js';

/** Messages in one chunk. */
export const CHUNK_SIZE = 500;

/** In place of a process id: the rows are being removed. */
const REMOVING = 'nobody';

const REMOVE_BATCH_SIZE = 5_000;
const CALLBACK_BATCH_SIZE = 500;

/** A recipient that was checked. */
export interface CheckedRecipient extends ReadBulkRecipient {
  /** Why it gets nothing: its message is stored as failed. */
  readonly failure?: Failure | undefined;
}

/** The rows of a bulk send that is being accepted: none is seen or sent before all of them are stored. */
@Injectable()
export class RecipientRows {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly rowIds: RowIds,
    private readonly callbacks: MessageCallbacks,
    private readonly contents: PendingContents,
    private readonly budgets: BudgetLedger,
  ) {}

  /** Stores recipients as messages. @param firstSeq `seq` of the first of them */
  async add(bulkSend: BulkSendEntity, recipients: readonly CheckedRecipient[], firstSeq: number): Promise<void> {
    const ids = await this.rowIds.take(recipients.length);
    const isAnyRefused = recipients.some(({ failure }) => failure !== undefined);
    const rows = recipients.map(({ recipientPhone, userId, variables, failure }, index): Partial<MessageEntity> => ({
      id: ids[index],
      recipientPhone,
      userId,
      seq: firstSeq + index,
      // A one-time code that is not sent is not kept.
      content:
        failure && bulkSend.carriesCode ? null : this.contents.of(ids[index] ?? 0, variables, bulkSend.carriesCode),
      ...(isAnyRefused && initialStatus(bulkSend, failure)),
    }));
    const shared: Partial<MessageEntity> = {
      workspaceId: bulkSend.workspaceId,
      phoneNumberId: bulkSend.phoneNumberId,
      direction: 'outbound',
      type: 'template',
      ...(isAnyRefused ? {} : { status: 'pending' }),
      attempt: 0,
      retries: 0,
      bulkSendId: bulkSend.id,
      templateName: bulkSend.templateName,
      templateLanguage: bulkSend.templateLanguage,
      templateCategory: bulkSend.templateCategory,
      apiKeyId: bulkSend.apiKeyId,
      createdAt: bulkSend.createdAt,
    };
    const insert = insertRows(this.messages, rows, shared);
    const own = this.#accepting(bulkSend);
    await runInTransaction(this.dataSource, function* () {
      // Under its lock: whoever removes it finds these rows, or they are not stored.
      if ((yield* select(own, { lock: true })).length === 0) throw removedMeanwhile();
      yield* change(insert);
    });
  }

  #accepting({ id, acceptedBy }: BulkSendEntity): SelectQueryBuilder<BulkSendEntity> {
    const where = { id, acceptedBy, status: 'ACCEPTING' } as const;
    return this.bulkSends.createQueryBuilder('bulkSend').select('bulkSend.id', 'id').where(where);
  }

  /** Accepts the bulk send: inserts its chunks, and callbacks for recipients that get nothing. */
  async complete(
    bulkSend: BulkSendEntity,
    accepted: Partial<BulkSendEntity> & Pick<BulkSendEntity, 'uniqueRecipients' | 'completedAt'>,
  ): Promise<void> {
    const { id, acceptedBy } = bulkSend;
    const dueAt = new Date();
    const chunks: Partial<BulkChunkEntity>[] = [];
    const toSend = accepted.completedAt ? 0 : accepted.uniqueRecipients;
    for (let fromSeq = 1; fromSeq <= toSend; fromSeq += CHUNK_SIZE) {
      const toSeq = Math.min(toSend, fromSeq + CHUNK_SIZE - 1);
      chunks.push({ bulkSendId: id, fromSeq, toSeq, dueAt, epoch: 0 });
    }
    const insert = insertRows(this.chunks, chunks);
    const update = this.bulkSends
      .createQueryBuilder()
      .update()
      .set(accepted)
      .where({ id, acceptedBy, status: 'ACCEPTING' });
    const reportRefused = this.#reportRefused.bind(this, bulkSend);
    await runInTransaction(this.dataSource, function* () {
      if ((yield* change(update)) === 0) throw removedMeanwhile();
      yield* change(insert);
      if (accepted.failedCount) yield* reportRefused();
    });
  }

  /** Only once it is accepted: a bulk send that is removed has no callbacks. */
  *#reportRefused({ id, workspaceId }: BulkSendEntity): Statements<void> {
    if (!(yield* this.callbacks.areWanted(workspaceId))) return;
    for (let after = 0; ;) {
      const query = this.messages
        .createQueryBuilder('message')
        .select('message.id', 'id')
        .addSelect('message.seq', 'seq')
        .where({ bulkSendId: id, status: 'failed', seq: MoreThan(after) })
        .orderBy('message.seq')
        .limit(CALLBACK_BATCH_SIZE);
      const rows = yield* select<{ id: number; seq: number }>(query, { numbers: ['id', 'seq'] });
      const last = rows.at(-1);
      if (!last) return;
      yield* this.callbacks.failed(
        workspaceId,
        rows.map((row) => row.id),
      );
      after = last.seq;
    }
  }

  /**
   * Removes all that was stored of a bulk send that was not accepted; its own row last, by which it is found again.
   * @returns false when it was accepted, and stays
   */
  async remove(id: string): Promise<boolean> {
    // From here on it cannot be completed any more; one that was completed stays. Of one that others removed meanwhile,
    // messages may have been stored since.
    const { affected } = await this.bulkSends.update({ id, status: 'ACCEPTING' }, { acceptedBy: REMOVING });
    if (affected !== 1 && (await this.bulkSends.existsBy({ id }))) return false;
    for (let after = 0; ;) {
      // By what there is, for an earlier removal may have been broken off.
      const rows = await this.messages.find({
        select: { id: true, seq: true },
        where: { bulkSendId: id, seq: MoreThan(after) },
        order: { seq: 'ASC' },
        take: REMOVE_BATCH_SIZE,
      });
      const last = rows.at(-1)?.seq;
      if (last === undefined || last === null) break;
      await retryOnDeadlock(() => this.messages.delete({ id: In(rows.map((row) => row.id)) }));
      after = last;
    }
    await this.budgets.removeAll({ scope: 'bulk_send', subjectId: id });
    await this.bulkSends.delete({ id, status: 'ACCEPTING' });
    return true;
  }
}

/** Others removed it when this process stood still for so long that they took it for dead. */
function removedMeanwhile(): Error {
  return new Error('The bulk send was removed while it was being accepted: this process was taken for dead.');
}

/** Rows that are inserted together have the same columns. */
function initialStatus({ createdAt }: BulkSendEntity, failure: Failure | undefined): Partial<MessageEntity> {
  return failure
    ? { ...failure, status: 'failed', failedAt: createdAt }
    : { ...NO_FAILURE, status: 'pending', failedAt: null };
}
