import type { Provider } from '@nestjs/common';
import { DeadProcesses } from './dead-processes.js';
import { MONOTONIC_CLOCK, type MonotonicClock } from './processes.options.js';
import { Retention } from './retention.js';
import { ThisProcess } from './this-process.js';

const clock: MonotonicClock = () => performance.now();

/** What the module provides of this room, besides its options. */
export const processProviders: Provider[] = [
  { provide: MONOTONIC_CLOCK, useValue: clock },
  ThisProcess,
  DeadProcesses,
  Retention,
];
