import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { Between, IsNull, LessThan, Not, Repository } from 'typeorm';
import { WHATSAPP_LOGGER } from '../logger.js';
import { OUTCOME_UNKNOWN_FAILURE } from '../messages/message-failure.js';
import { MessageEntity, type MessageStatus } from '../messages/message.entity.js';
import { DeadProcesses } from '../process/dead-processes.js';
import { ThisProcess } from '../process/this-process.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { BulkChunkEntity } from './bulk-chunk.entity.js';
import { BULK_OPTIONS, type BulkOptions } from './bulk.options.js';
import { BulkChunks } from './dispatch/chunks.js';
import { BulkLedger } from './ledger.js';

/** Messages settled in one run; the next run goes on. */
const BATCH_SIZE = 1_000;

/** Messages of bulk sends with a call of unknown outcome. */
@Injectable()
export class UnconfirmedMessages {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly ledger: BulkLedger,
  ) {}

  /** Settles expired messages: those left `sending`, and those without proof within `unconfirmedAfter`. */
  async settleExpired(): Promise<void> {
    const expired = await this.messages.find({
      select: { id: true, status: true, bulkSendId: true },
      where: { lapsesAt: LessThan(new Date()), bulkSendId: Not(IsNull()) },
      order: { lapsesAt: 'ASC' },
      take: BATCH_SIZE,
    });
    for (const bulkSendId of new Set(expired.map((message) => message.bulkSendId))) {
      if (bulkSendId === null) continue;
      const own = expired.filter((message) => message.bulkSendId === bulkSendId);
      const idsOf = (status: MessageStatus) => own.filter((message) => message.status === status).map(({ id }) => id);
      await this.giveUp(bulkSendId, idsOf('unconfirmed'));
      await this.mark(bulkSendId, idsOf('sending'));
    }
  }

  /** Marks messages left `sending`: they may have been sent, and are not sent again by themselves. */
  async mark(bulkSendId: string, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await this.ledger.change(bulkSendId, ids, (messages) => {
      const lapsesAt = new Date(Date.now() + this.options.unconfirmedAfter);
      const sending = messages.filter(({ status }) => status === 'sending');
      return { messages: sending.map(({ id }) => ({ id, status: 'unconfirmed', lapsesAt })) };
    });
  }

  /** Fails messages for which no proof came. */
  async giveUp(bulkSendId: string, ids: readonly number[]): Promise<void> {
    await this.ledger.change(bulkSendId, ids, (messages, { carriesCode }) => ({
      messages: messages
        .filter(({ status }) => status === 'unconfirmed')
        .map(({ id }) => ({
          id,
          ...OUTCOME_UNKNOWN_FAILURE,
          status: 'failed',
          failedAt: new Date(),
          lapsesAt: null,
          ...(carriesCode && { content: null }),
        })),
    }));
  }
}

/**
 * Takes over the chunks of dead processes, and those that this one has without knowing: the database took them for it
 * after it had given up. What was in flight becomes `unconfirmed`, the rest is sent.
 */
@Injectable()
export class Takeover {
  /** Seen at the last run: this process's by their rows, and not held by it. */
  #strays: ReadonlySet<string> = new Set();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly thisProcess: ThisProcess,
    private readonly deadProcesses: DeadProcesses,
    private readonly bulkChunks: BulkChunks,
    private readonly unconfirmed: UnconfirmedMessages,
  ) {}

  async run(): Promise<void> {
    for (const id of await this.deadProcesses.find()) {
      if (await this.deadProcesses.remove(id)) this.logger.warn('A process died; its chunks are taken over.');
    }
    const taken = await this.chunks.findBy({ processId: Not(IsNull()) });
    const owners = [...new Set(taken.flatMap(({ processId }) => processId ?? []))];
    const living = await this.deadProcesses.known(owners);
    const strays = taken.filter(
      ({ id, processId }) => processId === this.thisProcess.id && !this.bulkChunks.isHeld(id),
    );
    const known = this.#strays;
    this.#strays = new Set(strays.map(strayOf));
    // One that is released while the rows are read looks like a stray, but once.
    for (const chunk of strays) if (known.has(strayOf(chunk))) await this.#takeOver(chunk);
    for (const chunk of taken) {
      const { processId } = chunk;
      if (processId === null || living.has(processId) || processId === this.thisProcess.id) continue;
      await this.#takeOver(chunk);
    }
  }

  /** First the messages, then the chunk: a process that dies in between leaves the chunk to the next one. */
  async #takeOver(chunk: BulkChunkEntity): Promise<void> {
    const { bulkSendId, fromSeq, toSeq } = chunk;
    const inFlight = await this.messages.find({
      select: { id: true },
      where: { bulkSendId, seq: Between(fromSeq, toSeq), status: 'sending' },
    });
    await this.unconfirmed.mark(
      bulkSendId,
      inFlight.map(({ id }) => id),
    );
    await this.bulkChunks.release(chunk);
  }
}

const strayOf = ({ id, epoch }: BulkChunkEntity): string => `${id}.${epoch}`;
