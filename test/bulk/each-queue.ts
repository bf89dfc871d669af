import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import type { WhatsAppQueueOptions } from 'nestjs-whatsapp';
import { describe } from 'vitest';
import { describeWithRedis, type TestRedis } from '../support/redis.js';
import type { TestAppOptions } from '../support/test-app.js';

/** A queue that apps can be started with, any number of them together. */
export interface OpenQueue extends AsyncDisposable {
  readonly queue: WhatsAppQueueOptions;
  readonly imports: TestAppOptions['imports'];
}

export type OpensQueue = () => Promise<OpenQueue>;

/** Describes a suite once for each queue; with Bull where there is Redis. The body must not be asynchronous. */
export function describeEachQueue(name: string, body: (open: OpensQueue) => void): void {
  describe(`${name}, with the queue in the process`, () => {
    body(inProcess);
  });
  describeWithRedis(`${name}, with Bull`, (redis) => {
    body(() => bullOn(redis));
  });
}

export async function inProcess(): Promise<OpenQueue> {
  return { queue: 'in-process', imports: [], [Symbol.asyncDispose]: async () => {} };
}

export async function bullOn(redis: TestRedis): Promise<OpenQueue> {
  const fresh = await redis.create();

  @Module({ imports: [BullModule.forRoot({ url: fresh.url })] })
  class RedisModule {}

  return {
    queue: { driver: 'bull', prefix: fresh.prefix },
    imports: [RedisModule],
    [Symbol.asyncDispose]: () => fresh.drop(),
  };
}
