import { Inject, Injectable } from '@nestjs/common';
import { In, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ProcessEntity } from './process.entity.js';
import {
  MONOTONIC_CLOCK,
  type MonotonicClock,
  ThisProcess,
  LONGEST_LOOK_AWAY_MS,
  SILENCE_OF_THE_DEAD_MS,
} from './this-process.js';

/** A beat, and since when it has been the last one, by this process's monotonic clock. */
interface Observation {
  readonly beat: number;
  readonly since: number;
}

/** Observes the other processes of the deployment, to find those that have died. */
@Injectable()
export class DeadProcesses {
  #observed: ReadonlyMap<string, Observation> = new Map();
  #dead: readonly string[] = [];
  #lookedAt = -Infinity;

  constructor(
    @InjectWhatsAppRepository(ProcessEntity) private readonly processes: Repository<ProcessEntity>,
    private readonly thisProcess: ThisProcess,
    @Inject(MONOTONIC_CLOCK) private readonly now: MonotonicClock,
  ) {}

  /**
   * The processes that this one saw no beat of for 10 seconds, never itself. Call it every second or two: after more than
   * 4 seconds without a look the observation starts over. Either this process stood still then, or the database did and
   * no one could beat.
   */
  async find(): Promise<readonly string[]> {
    const askedAt = this.now();
    const rows = await this.processes.find({ select: { id: true, beat: true } });
    const seenAt = this.now();
    const known = seenAt - this.#lookedAt > LONGEST_LOOK_AWAY_MS ? new Map<string, Observation>() : this.#observed;
    this.#observed = new Map(
      rows
        .filter(({ id }) => id !== this.thisProcess.id)
        .map(({ id, beat }) => {
          const observation = known.get(id);
          return [id, observation?.beat === beat ? observation : { beat, since: seenAt }];
        }),
    );
    this.#lookedAt = seenAt;
    // From after the first look to before the last one: no silence is taken for longer than it was.
    this.#dead = [...this.#observed].flatMap(([id, { since }]) =>
      askedAt - since >= SILENCE_OF_THE_DEAD_MS ? [id] : [],
    );
    return this.#dead;
  }

  /**
   * Removes a dead process, so that its id is known no more. What it held may be taken over afterwards.
   * @returns false when it is not dead after all, or when another process has removed it
   */
  async remove(id: string): Promise<boolean> {
    const observation = this.#observed.get(id);
    if (!observation || !this.#dead.includes(id)) return false;
    const { affected } = await this.processes.delete({ id, beat: observation.beat });
    return affected === 1;
  }

  /** How many processes send bulk messages, without those that were dead at the last look. */
  workers(): Promise<number> {
    return this.processes.countBy({ isWorker: true, id: Not(In([...this.#dead])) });
  }

  /** Those of the ids that belong to a process which no one has removed. What another id holds may be taken over. */
  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await this.processes.find({ where: { id: In([...ids]) }, select: { id: true } });
    return new Set(rows.map(({ id }) => id));
  }
}
