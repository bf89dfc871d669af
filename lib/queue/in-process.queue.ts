import { Injectable } from '@nestjs/common';
import { runOutside } from '../async-context.js';
import type { ChunkTicket } from '../bulk/bulk-chunks.js';
import type { BulkQueue, ChunkHandler, QueueShare } from './bulk-queue.js';
import { NumberLeases } from './number-leases.js';

/** Sends in this process, with nothing but the database. Each phone number is one process's, so that its pace is kept. */
@Injectable()
export class InProcessQueue implements BulkQueue {
  readonly #handled = new Set<number>();
  #handler: ChunkHandler | undefined;

  constructor(private readonly leases: NumberLeases) {}

  start(handler: ChunkHandler): void {
    this.#handler = handler;
  }

  async add(tickets: readonly ChunkTicket[]): Promise<void> {
    // It runs long after the call that woke it.
    for (const ticket of tickets) void runOutside(() => this.#handle(ticket));
  }

  async numbers(phoneNumberIds: readonly string[]): Promise<QueueShare> {
    // A process that only accepts leaves them to one that sends.
    if (!this.#handler) return { phoneNumberIds: [], workers: 1 };
    return { phoneNumberIds: await this.leases.hold(phoneNumberIds), workers: 1 };
  }

  async stop(): Promise<void> {
    this.#handler = undefined;
  }

  async #handle(ticket: ChunkTicket): Promise<void> {
    if (!this.#handler || this.#handled.has(ticket.chunkId)) return;
    this.#handled.add(ticket.chunkId);
    try {
      await this.#handler(ticket);
    } finally {
      this.#handled.delete(ticket.chunkId);
    }
  }
}
