/** Injects the `QueueRedis` of this deployment; undefined where the queue needs no Redis. */
export const QUEUE_REDIS = Symbol('QUEUE_REDIS');

/** The Redis that processes share, as far as it is asked whether it is there. */
export interface QueueRedis {
  /** Resolves when it answers; while it is away this waits until it is back. */
  ping(): Promise<unknown>;
}
