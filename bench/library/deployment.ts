import { join } from 'node:path';
import type { PhoneNumberFixture } from 'nestjs-whatsapp/testing';
import { Child } from '../processes/child.js';
import { Database } from '../servers/postgres.js';
import { RedisSpace } from '../servers/redis.js';
import type { StandIn } from '../stand-in/stand-in.process.js';
import { startStandIn } from '../stand-in/start.js';
import type { Http } from './http.process.js';
import type { LibraryOptions } from './library.module.js';
import type { Worker } from './worker.process.js';

interface Choices extends Pick<LibraryOptions, 'messagesPerSecond' | 'workers'> {
  /** Whether it is the only process, without Redis. */
  readonly isAlone?: boolean;
}

/** An app in several processes: they share a stand-in for Meta, a database and a part of Redis. */
export class Deployment implements AsyncDisposable {
  readonly #processes: AsyncDisposable[] = [];

  private constructor(
    readonly standIn: Child<StandIn>,
    readonly database: Database,
    readonly redis: RedisSpace,
  ) {}

  static async prepare(phoneNumbers: readonly PhoneNumberFixture[], redis = new RedisSpace()): Promise<Deployment> {
    return new Deployment(await startStandIn(...phoneNumbers), await Database.create(), redis);
  }

  /** Starts a process that sends. The first one makes the tables: wait for it before the next. */
  async startWorker(choices: Choices = {}): Promise<Child<Worker>> {
    return this.#keep(await Child.start<Worker>(join(__dirname, 'worker.process.js'), await this.#options(choices)));
  }

  /** Starts a process that answers HTTP, and sends no bulk messages unless it is a worker, too. */
  async startHttp(choices: Choices = {}): Promise<Child<Http>> {
    const options = await this.#options({ workers: false, ...choices });
    return this.#keep(await Child.start<Http>(join(__dirname, 'http.process.js'), options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((process) => process[Symbol.asyncDispose]()));
    for (const part of [this.standIn, this.database, this.redis]) await part[Symbol.asyncDispose]();
  }

  #keep<T extends AsyncDisposable>(process: T): T {
    this.#processes.push(process);
    return process;
  }

  async #options({ isAlone = false, ...choices }: Choices): Promise<LibraryOptions> {
    const { database, standIn } = this;
    const meta = await standIn.call('access');
    const { url, prefix } = this.redis;
    return { ...choices, meta, databaseUrl: database.url, ...(!isAlone && { redis: { url, prefix } }) };
  }
}
