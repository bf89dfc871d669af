import type { ChunkTicket } from '../bulk/bulk-chunks.js';

/** Sends one chunk; never rejects. */
export type ChunkHandler = (ticket: ChunkTicket) => Promise<void>;

/**
 * Wakes processes for chunks that are due. It holds no truth: a ticket that is lost is put there again by the next look
 * at the database, and one that is there twice does no harm.
 */
export interface BulkQueue {
  /** From now on this process handles tickets. */
  start(handler: ChunkHandler): void;
  /** Puts tickets there; one that waits there already is not doubled. */
  add(tickets: readonly ChunkTicket[]): Promise<void>;
  /** Which of these phone numbers this process may put tickets there for, and with how many other senders it shares them. */
  numbers(phoneNumberIds: readonly string[]): Promise<QueueShare>;
  /** Handles no more tickets; those being handled go on. */
  stop(): Promise<void>;
}

/** What a process may plan for. */
export interface QueueShare {
  readonly phoneNumberIds: readonly string[];
  /** How many processes send together, at least 1. */
  readonly workers: number;
}

/** Injects the `BulkQueue` of this module. */
export const BULK_QUEUE = Symbol('BULK_QUEUE');
