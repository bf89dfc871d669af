import { describe } from 'vitest';
import { describeWithRedis, type FreshRedis } from '../../support/redis.js';

/** Makes the Redis of a deployment; none where the queue is in the process. */
export type OpensRedis = () => Promise<FreshRedis | undefined>;

/** Describes a suite of a deployment once for each queue; with Bull where there is Redis. The body must not be asynchronous. */
export function describeEachQueueOfChildren(name: string, body: (openRedis: OpensRedis) => void): void {
  describe(`${name}, with the queue in the process`, () => {
    body(async () => undefined);
  });
  describeWithRedis(`${name}, with Bull`, (redis) => {
    body(() => redis.create());
  });
}
