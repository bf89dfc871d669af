import { Client } from 'pg';

/** What a process has done since it started. */
export interface WorkDone {
  /** Milliseconds of processor time. */
  readonly processorTime: number;
  /** Statements that were given to Postgres, those that begin and end transactions included. */
  readonly statements: number;
}

/** Counts the work of this process: made before its first connection, for statements are counted as they are given to the driver. */
export class Work {
  #statements = 0;

  constructor() {
    const count = () => (this.#statements += 1);
    const { prototype } = Client;
    const query: unknown = Reflect.get(prototype, 'query');
    if (typeof query !== 'function') throw new TypeError('The driver of Postgres has no clients that query.');
    const counted = function (this: Client, ...given: unknown[]): unknown {
      count();
      return Reflect.apply(query, this, given);
    };
    Object.assign(prototype, { query: counted });
  }

  done(): WorkDone {
    const { user, system } = process.cpuUsage();
    return { processorTime: (user + system) / 1_000, statements: this.#statements };
  }
}
