import type { DynamicModule, Provider } from '@nestjs/common';

/** How the Bull queue is set up. */
export interface BullQueueOptions {
  readonly driver: 'bull';
  /** The key under which the host gave the connection: `BullModule.forRoot('key', …)`. */
  readonly configKey?: string | undefined;
  /** What every key in Redis begins with; `whatsapp` when left out. */
  readonly prefix?: string | undefined;
}

/** What wakes the processes that send: this process alone, or Bull on a Redis that they share. */
export type QueueOptions = 'in-process' | 'bull' | BullQueueOptions;

/** The modules and providers of a queue. */
export interface QueueSetup {
  readonly imports: readonly DynamicModule[];
  readonly providers: readonly Provider[];
}

/** The options of a Bull queue; undefined where there is none. */
export function bullOptionsOf(options: QueueOptions): BullQueueOptions | undefined {
  if (options === 'in-process') return undefined;
  return options === 'bull' ? { driver: 'bull' } : options;
}
