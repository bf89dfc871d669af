import { join } from 'node:path';
import type { App } from '../library/app.process.js';
import type { LibraryOptions } from '../library/library.module.js';
import { Child } from '../processes/child.js';
import { OwnPostgres } from '../servers/own-postgres.js';
import { OwnRedis } from '../servers/own-redis.js';
import type { StandIn, StandInOptions } from '../stand-in/stand-in.process.js';

/** The library uses 95 % of what a number may send. */
const SHARE_USED = 0.95;

/** Recipients of one bulk send. */
const BULK_SEND = 5_000;

const SCRIPT = join(__dirname, '../library/app.process.js');
const STAND_IN = join(__dirname, '../stand-in/stand-in.process.js');

/** Two processes with the library, a stand-in for Meta with two numbers, Postgres and Redis. */
export class Deployment implements AsyncDisposable {
  #created = 0;

  private constructor(
    readonly postgres: OwnPostgres,
    readonly redis: OwnRedis,
    readonly standIn: Child<StandIn>,
    readonly apps: readonly Child<App>[],
    private readonly phoneNumberIds: readonly string[],
  ) {}

  /** @param rate messages a second, of both numbers together */
  static async start(rate: number): Promise<Deployment> {
    const [postgres, redis] = await Promise.all([OwnPostgres.start(), OwnRedis.start()]);
    await postgres.query('CREATE EXTENSION pg_stat_statements');
    const phoneNumbers = [{ throughput: Infinity }, { throughput: Infinity }];
    const standInOptions: StandInOptions = { phoneNumbers, record: 'counts' };
    const standIn = await Child.start<StandIn>(STAND_IN, standInOptions);
    const meta = await standIn.call('access');
    const options: LibraryOptions = {
      meta,
      databaseUrl: postgres.url,
      redis: { url: redis.url, prefix: 'soak' },
      messagesPerSecond: rate / phoneNumbers.length / SHARE_USED,
    };
    // The first makes the tables.
    const first = await Child.start<App>(SCRIPT, options);
    await first.call('sync');
    const second = await Child.start<App>(SCRIPT, options);
    const apps = [first, second];
    const urls = await Promise.all(apps.map((app) => app.call('webhookUrl')));
    // Meta goes on for days.
    await standIn.call('report', urls, { retryAfterMs: Array.from({ length: 600 }, () => 1_000) });
    return new Deployment(postgres, redis, standIn, apps, meta.phoneNumberIds);
  }

  /** Makes bulk sends, of either number by either process, until so many messages wait. */
  async keepAhead(wanted: number): Promise<void> {
    const accepted = await this.standIn.call('accepted');
    for (; this.#created - accepted < wanted; this.#created += BULK_SEND) {
      const turn = this.#created / BULK_SEND;
      const phoneNumberId = this.phoneNumberIds[turn % this.phoneNumberIds.length] ?? '';
      const app = this.apps[Math.floor(turn / this.phoneNumberIds.length) % this.apps.length];
      await app?.call('create', { phoneNumberId, count: BULK_SEND, first: this.#created });
    }
  }

  async mistakes(): Promise<{ twice: number; dropped: number }> {
    const { dropped } = await this.standIn.call('webhooks');
    const twice = (await this.standIn.call('accepted')) - (await this.standIn.call('recipients'));
    return { twice, dropped };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of [...this.apps, this.standIn, this.redis, this.postgres]) await part[Symbol.asyncDispose]();
  }
}
