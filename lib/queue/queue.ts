import type { DynamicModule, Provider } from '@nestjs/common';

/** Work for any of the processes. */
export interface Job<Data> {
  /** While there is a job of this id, there is no other. */
  readonly id: string;
  /** Plain JSON. */
  readonly data: Data;
}

/**
 * Works on one job, perhaps not for the first time. When it rejects, a durable queue tries the job again later.
 * @param keep changes what the job carries to its next try
 */
export type JobHandler<Data> = (data: Data, keep: (data: Data) => Promise<void>) => Promise<void>;

/**
 * Hands jobs to processes. There are two kinds: a *durable* queue keeps a job until its handler resolved; a *waking* one
 * only wakes a process for what is in the database, so that a job may be lost or done twice, and its handler never rejects.
 */
export interface Queue<Data> {
  /** From now on this process works on jobs. */
  start(handler: JobHandler<Data>): void;
  /** Adds jobs; one that is there already is not added twice. A durable queue resolves once they are safe. */
  add(jobs: readonly Job<Data>[]): Promise<void>;
  /** Takes no more jobs. Of a durable queue it resolves once those under way are done. */
  stop(): Promise<void>;
}

/** Injects the waking `Queue` of chunks. */
export const CHUNK_QUEUE = Symbol('CHUNK_QUEUE');

/** The Redis that processes share. */
export interface QueueRedis {
  /** What is used of an ioredis client, also for a cluster. */
  readonly client: {
    /** `ready` while commands are answered. */
    readonly status: string;
    once(event: 'ready', listener: () => void): unknown;
    eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
    evalsha(sha: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  };
  /** What every key of this deployment begins with. */
  readonly prefix: string;
  /** Resolves when it answers; while it is away this waits until it is back. */
  ping(): Promise<unknown>;
  /** Another connection, for commands that wait; whoever asks for it disconnects it. */
  duplicate(): BlockingRedis;
}

/** A connection for commands that wait for something. */
export interface BlockingRedis {
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  disconnect(): void;
}

/** Injects the `QueueRedis` of this deployment; undefined where the queue needs no Redis. */
export const QUEUE_REDIS = Symbol('QUEUE_REDIS');

/**
 * How the Bull queue is set up.
 *
 * @publicApi
 */
export interface BullQueueOptions {
  /** Bull, on Redis. */
  readonly driver: 'bull';
  /** The key under which the host gave the connection: `BullModule.forRoot('key', …)`. */
  readonly configKey?: string | undefined;
  /** What every key in Redis begins with; `whatsapp` when left out. */
  readonly prefix?: string | undefined;
}

/**
 * What wakes the processes that send: this process alone, or Bull on a Redis that they share.
 *
 * @publicApi
 */
export type WhatsAppQueueOptions = 'in-process' | 'bull' | BullQueueOptions;

/** The modules and providers of a queue. */
export interface QueueSetup {
  readonly imports: readonly DynamicModule[];
  readonly providers: readonly Provider[];
}

/** The options of a Bull queue; undefined where there is none. */
export function bullOptionsOf(options: WhatsAppQueueOptions): BullQueueOptions | undefined {
  if (options === 'in-process') return undefined;
  return options === 'bull' ? { driver: 'bull' } : options;
}
