import type { ChunkJob } from '../../lib/bulk/dispatch/chunks.js';
import type { Job, JobHandler, Queue } from '../../lib/queue/queue.js';
import type { Choices, Faults } from './choices.js';
import type { Owner, Scheduler } from './scheduler.js';

interface Worker {
  readonly owner: Owner;
  readonly handler: JobHandler<ChunkJob>;
}

/** The queue that processes share, as it is at its worst: it loses wake-ups, doubles them, and is slow. */
export class WakeUps {
  readonly #workers = new Set<Worker>();
  /** Jobs that wait or are worked on, and by which process. */
  readonly #known = new Map<string, Owner | undefined>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly choices: Choices,
    private readonly faults: Faults,
  ) {}

  /** The queue as one process has it. */
  queueOf(owner: Owner): Queue<ChunkJob> {
    let worker: Worker | undefined;
    return {
      start: (handler) => {
        worker = { owner, handler };
        this.#workers.add(worker);
      },
      add: async (jobs) => {
        await this.scheduler.wait(this.choices.skewed(0.2, 50));
        if (this.faults.strikes('queue unreachable', 0.01)) {
          throw Object.assign(new Error('Connection is closed.'), { code: 'ECONNREFUSED' });
        }
        for (const job of jobs) this.#add(job);
      },
      stop: async () => {
        if (worker) this.#workers.delete(worker);
      },
    };
  }

  #add(job: Job<ChunkJob>): void {
    const { id } = job;
    if (this.#known.has(id) && !this.#known.get(id)?.isDead) return;
    if (this.faults.strikes('wake-up lost', 0.02)) return;
    this.#known.set(id, undefined);
    this.#hand(job);
    if (this.faults.strikes('wake-up doubled', 0.05)) this.#hand(job);
  }

  #hand({ id, data }: Job<ChunkJob>): void {
    this.scheduler.after(this.choices.skewed(0.5, 300), undefined, () => {
      const living = [...this.#workers].filter(({ owner }) => !owner.isDead);
      if (living.length === 0) {
        this.#known.delete(id);
        return;
      }
      const { owner, handler } = this.choices.one(living);
      this.#known.set(id, owner);
      this.scheduler.after(0, owner, () => void this.#work(id, () => handler(data, async () => {})));
    });
  }

  async #work(id: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      this.#known.delete(id);
    }
  }
}
