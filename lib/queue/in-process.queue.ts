import { runOutside } from '../async-context.js';
import type { Job, JobHandler, Queue } from './queue.js';

/** A waking queue for this process alone, with nothing but its memory. */
export class InProcessQueue<Data> implements Queue<Data> {
  readonly #running = new Set<string>();
  #handler: JobHandler<Data> | undefined;

  start(handler: JobHandler<Data>): void {
    this.#handler = handler;
  }

  async add(jobs: readonly Job<Data>[]): Promise<void> {
    // It runs long after the call that added it.
    for (const job of jobs) void runOutside(() => this.#run(job));
  }

  async stop(): Promise<void> {
    this.#handler = undefined;
  }

  async #run({ id, data }: Job<Data>): Promise<void> {
    if (!this.#handler || this.#running.has(id)) return;
    this.#running.add(id);
    try {
      await this.#handler(data, async () => {});
    } finally {
      this.#running.delete(id);
    }
  }
}
