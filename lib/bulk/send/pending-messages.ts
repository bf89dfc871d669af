import { randomInt } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { EXPIRY_MARGIN } from '../../messages/message-repository.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { WHATSAPP_DATA_SOURCE } from '../../store/data-source.provider.js';
import { inList } from '../../store/dialect.js';
import { preparedStatement, selectedColumns, tableOf } from '../../store/json-rows.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { execute } from '../../store/run-in-transaction.js';
import { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { RetryUntilStored } from './outcome-writer.js';

/** Milliseconds by which claims expire apart, at random, so that two for the same messages can be distinguished. */
const CLAIM_SPREAD = 10_000;

const READ = [
  'id',
  'seq',
  'attempt',
  'retries',
  'phoneNumberId',
  'recipientPhone',
  'userId',
  'content',
] as const satisfies readonly (keyof MessageEntity)[];

/** What the sender needs of a message that waits; claimed, it has a time by which its call must have ended. */
export type PendingMessage = Pick<MessageEntity, (typeof READ)[number] | 'lapsesAt'>;

/** The same as the database hands it over. */
type RawPendingMessage = Pick<MessageEntity, Exclude<(typeof READ)[number], 'id' | 'content'>> & {
  readonly id: number | string;
  readonly content: string | null;
};

function pendingMessageOf({ id, content, ...row }: RawPendingMessage): PendingMessage {
  return { ...row, id: Number(id), content: content === null ? null : JSON.parse(content), lapsesAt: null };
}

/** The messages of a chunk that are due, and the claim that makes them one process's to send. */
@Injectable()
export class PendingMessages {
  readonly #next: ReturnType<typeof preparedStatement>;
  readonly #claim: ReturnType<typeof preparedStatement>;

  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) chunks: Repository<BulkChunkEntity>,
    private readonly retryUntilStored: RetryUntilStored,
  ) {
    const table = tableOf(dataSource, messages.metadata);
    this.#next = preparedStatement(
      dataSource,
      `SELECT ${selectedColumns(messages, READ)} FROM ${table} WHERE bulk_send_id = :bulkSendId ` +
        `AND seq BETWEEN :fromSeq AND :toSeq AND status = 'pending' ` +
        'AND (next_attempt_at IS NULL OR next_attempt_at <= :now) ORDER BY seq LIMIT :count',
    );
    // While the chunk is that of the process that took it.
    this.#claim = preparedStatement(
      dataSource,
      `UPDATE ${table} SET status = 'sending', attempt = attempt + 1, next_attempt_at = NULL, lapses_at = :lapsesAt ` +
        `WHERE id IN (:...ids) AND status = 'pending' AND EXISTS (SELECT 1 FROM ${tableOf(dataSource, chunks.metadata)} ` +
        'AS chunk WHERE chunk.id = :chunkId AND chunk.epoch = :epoch AND chunk.process_id = :processId)',
    );
  }

  /** The next messages of a chunk that are due. @param after `seq` of the last one read */
  async next({ bulkSendId, fromSeq, toSeq }: BulkChunkEntity, after: number, count: number): Promise<PendingMessage[]> {
    const from = Math.max(fromSeq, after + 1);
    const next = this.#next({ bulkSendId, fromSeq: from, toSeq, now: Date.now(), count });
    const rows: RawPendingMessage[] = await this.dataSource.query(next.sql, next.parameters);
    return rows.map(pendingMessageOf);
  }

  /**
   * Makes messages `sending`, one attempt further. Left out are those that are not pending any more, because the bulk
   * send was cancelled say; all of them, once the chunk was taken over: this process was frozen, and does not know yet.
   */
  async claim(chunk: BulkChunkEntity, messages: readonly PendingMessage[]): Promise<readonly PendingMessage[]> {
    const ids = messages.map(({ id }) => id);
    const lapsesAt = new Date(Date.now() + this.options.callTimeout + EXPIRY_MARGIN + randomInt(CLAIM_SPREAD));
    const { id: chunkId, epoch, processId } = chunk;
    const claim = this.#claim({ ids, lapsesAt: lapsesAt.getTime(), chunkId, epoch, processId });
    const affected = await execute(this.dataSource, [claim]).catch(async (error: unknown) => {
      // The database may have done it and had no chance to say so. Nothing of it was sent.
      await this.retryUntilStored.run(() => this.#giveBack(ids, lapsesAt));
      throw error;
    });
    if (affected === 0) return [];
    const claimed = messages.map((message) => ({ ...message, attempt: message.attempt + 1, lapsesAt }));
    return affected === messages.length ? claimed : this.#claimedOf(claimed, lapsesAt);
  }

  async #giveBack(ids: readonly number[], lapsesAt: Date): Promise<void> {
    const claimed = { id: inList(this.messages, ids), status: 'sending' as const, lapsesAt };
    await this.messages.update(claimed, { status: 'pending', lapsesAt: null });
  }

  /** Those that this claim got: another's are `sending`, too. */
  async #claimedOf(messages: readonly PendingMessage[], lapsesAt: Date): Promise<readonly PendingMessage[]> {
    const ids = messages.map(({ id }) => id);
    const rows = await this.messages.find({
      select: { id: true, attempt: true },
      where: { id: inList(this.messages, ids), status: 'sending', lapsesAt },
    });
    const attempts = new Map(rows.map(({ id, attempt }) => [id, attempt]));
    return messages.filter(({ id, attempt }) => attempts.get(id) === attempt);
  }
}
