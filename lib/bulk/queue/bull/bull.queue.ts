import type { LoggerService } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import type { DeadProcesses } from '../../../processes/dead-processes.js';
import type { ChunkTicket } from '../../bulk-chunks.js';
import type { BulkQueue, ChunkHandler, QueueShare } from '../bulk-queue.js';

const JOB = 'chunk';

/** Chunks that a process sends at a time, over all phone numbers: each waits for its number's pace most of the time. */
const CONCURRENCY = 100;

/** Wakes the processes that share a Redis: one Bull job a chunk, which any of them may take. */
export class BullQueue implements BulkQueue {
  constructor(
    private readonly queue: Queue<ChunkTicket>,
    private readonly deadProcesses: DeadProcesses,
    logger: LoggerService,
  ) {
    // Without a listener an error of the connection would end the process. What matters is tried again.
    queue.on('error', (error) => logger.debug?.(`Bull: ${String(error)}`));
  }

  start(handler: ChunkHandler): void {
    void this.queue.process(JOB, CONCURRENCY, ({ data }: Job<ChunkTicket>) => handler(data));
  }

  async add(tickets: readonly ChunkTicket[]): Promise<void> {
    if (tickets.length === 0) return;
    await this.queue.addBulk(
      tickets.map((data) => ({
        name: JOB,
        data,
        opts: { jobId: `${data.chunkId}.${data.epoch}`, removeOnComplete: true, removeOnFail: true },
      })),
    );
  }

  async numbers(phoneNumberIds: readonly string[]): Promise<QueueShare> {
    return { phoneNumberIds, workers: Math.max(1, await this.deadProcesses.workers()) };
  }

  async stop(): Promise<void> {
    await this.queue.pause(true, true);
  }
}
