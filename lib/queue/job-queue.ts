/** Work for any of the processes. */
export interface Job<Data> {
  /** While there is a job of this id, there is no other. */
  readonly id: string;
  /** Plain JSON. */
  readonly data: Data;
}

/**
 * Does one job, maybe not for the first time. When it rejects, the job is tried again later.
 * @param keep changes what the job carries to its next try
 */
export type JobHandler<Data> = (data: Data, keep: (data: Data) => Promise<void>) => Promise<void>;

/** Jobs that outlive the process that adds them; each is done at least once. */
export interface JobQueue<Data> {
  /** From now on this process does jobs. */
  start(handler: JobHandler<Data>): void;
  /** Resolves once all are safe in the queue, however long that takes; after `stop` it gives up. */
  add(jobs: readonly Job<Data>[]): Promise<void>;
  /** Does no more jobs; resolves once those under way are done. */
  stop(): Promise<void>;
}
