import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { DeadProcesses } from '../../lib/process/dead-processes.js';
import { ProcessEntity } from '../../lib/process/process.entity.js';
import { ThisProcess } from '../../lib/process/this-process.js';
import { migratedDatabase, openDatabase } from '../store/open-database.js';
import { CapturedLog } from '../module/captured-log.js';
import type { FreshDatabase } from '../support/databases.js';
import { Clock } from './clock.js';

/** A process of a deployment, with a connection, a log and a clock of its own. It beats when it is asked to. */
export class TestProcess {
  readonly clock = new Clock();
  readonly log = new CapturedLog();
  readonly self: ThisProcess;
  readonly others: DeadProcesses;

  constructor(
    readonly dataSource: DataSource,
    isWorker: boolean,
  ) {
    const processes = dataSource.getRepository(ProcessEntity);
    this.self = new ThisProcess({ isWorker }, processes, this.log, this.clock.now);
    this.others = new DeadProcesses(processes, this.self, this.clock.now);
  }

  get id(): string {
    return this.self.id;
  }

  /** Lets time pass here; nothing is done in it. */
  stall(ms: number): void {
    this.clock.pass(ms);
  }
}

/** Processes on one database. */
export class Deployment {
  readonly #running: TestProcess[] = [];

  private constructor(
    readonly fresh: FreshDatabase,
    readonly dataSource: DataSource,
  ) {}

  static async create(fresh: FreshDatabase): Promise<Deployment> {
    return new Deployment(fresh, await migratedDatabase(fresh));
  }

  async start({ isWorker = true } = {}): Promise<TestProcess> {
    const process = new TestProcess(await openDatabase(this.fresh), isWorker);
    this.#running.push(process);
    await process.self.register();
    return process;
  }

  rows(): Promise<ProcessEntity[]> {
    return this.dataSource.getRepository(ProcessEntity).find({ order: { startedAt: 'ASC' } });
  }

  async ids(): Promise<string[]> {
    return (await this.rows()).map(({ id }) => id);
  }

  /** What another process does to one that it takes for dead. */
  async bury(id: string): Promise<void> {
    await this.dataSource.getRepository(ProcessEntity).delete({ id });
  }

  /** Ends all processes. */
  async clear(): Promise<void> {
    for (const process of this.#running.splice(0)) {
      await process.self.onApplicationShutdown();
      await process.dataSource.destroy();
    }
    await this.dataSource.getRepository(ProcessEntity).clear();
  }

  async drop(): Promise<void> {
    await this.clear();
    await this.dataSource.destroy();
    await this.fresh.drop();
  }
}
