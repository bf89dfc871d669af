import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { Between, IsNull, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { DeadProcesses } from '../../process/dead-processes.js';
import { ThisProcess } from '../../process/this-process.js';
import { BulkChunkEntity } from '../bulk-chunk.entity.js';
import { BulkChunks } from '../bulk-chunks.js';
import { UnconfirmedMessages } from './unconfirmed-messages.js';

/** Takes over what dead processes were sending: what they had on its way becomes `unconfirmed`, the rest goes on. */
@Injectable()
export class Takeover {
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
      if (await this.deadProcesses.remove(id))
        this.logger.warn('A process died; others take over what it was sending.');
    }
    const held = await this.chunks.findBy({ processId: Not(IsNull()) });
    const holders = [...new Set(held.flatMap(({ processId }) => processId ?? []))];
    const living = await this.deadProcesses.known(holders);
    for (const chunk of held) {
      const { processId } = chunk;
      if (processId === null || living.has(processId) || processId === this.thisProcess.id) continue;
      await this.#takeOver(chunk);
    }
  }

  /** First the messages, then the chunk: whoever dies in between leaves the rest to the next one. */
  async #takeOver(chunk: BulkChunkEntity): Promise<void> {
    const { bulkSendId, fromSeq, toSeq } = chunk;
    const onTheirWay = await this.messages.find({
      select: { id: true },
      where: { bulkSendId, seq: Between(fromSeq, toSeq), status: 'sending' },
    });
    await this.unconfirmed.mark(
      bulkSendId,
      onTheirWay.map(({ id }) => id),
    );
    await this.bulkChunks.release(chunk);
  }
}
