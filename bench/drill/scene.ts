import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from '../processes/child.js';
import { OwnMariaDb } from '../servers/own-mariadb.js';
import { OwnPostgres } from '../servers/own-postgres.js';
import { OwnRedis } from '../servers/own-redis.js';
import type { DrillAppOptions, DrillApp } from './app.process.js';
import type { Meta } from './meta.process.js';
import { TcpProxy } from './tcp-proxy.js';

export type DatabaseKind = 'postgres' | 'mariadb';

/** Who sends: the library, or what people build without it. */
export type Sender = 'library' | 'usual';

export interface ScenePlan {
  readonly sender: Sender;
  readonly database: DatabaseKind;
  readonly recipients: number;
  readonly processes: number;
  /** How long an hour is here: in milliseconds. */
  readonly hourMs: number;
  readonly canMoveClocks: boolean;
  readonly canFillDisks: boolean;
}

const SCRIPTS = { library: join(__dirname, 'app.process.js'), usual: join(__dirname, 'usual/usual-app.process.js') };

const PHONE_NUMBERS = 2;

/** Room for the data: a basis, and so much for each recipient's rows and indexes, dead ones included. */
const ROOM_MB = 1_500;
const ROOM_A_RECIPIENT_MB = 0.01;

/** A process, and the file that says what time it is there. */
export interface RunningApp {
  readonly child: Child<DrillApp>;
  readonly clockFile: string;
  isFrozen: boolean;
  webhookPort: number | undefined;
}

/** Processes on a database and Redis that can be ended one by one, and a stand-in for Meta. */
export class Scene implements AsyncDisposable {
  readonly apps = new Set<RunningApp>();
  #isEnding = false;
  #turn = 0;
  readonly #starts = new Set<Promise<void>>();

  private constructor(
    readonly plan: ScenePlan,
    readonly meta: Child<Meta>,
    readonly database: OwnPostgres | OwnMariaDb,
    /** The one that is used; a failover puts another in its place. */
    public redis: OwnRedis,
    readonly redisProxy: TcpProxy,
    readonly webhookProxy: TcpProxy,
    private readonly directory: string,
    private readonly options: DrillAppOptions,
    readonly phoneNumberIds: readonly string[],
  ) {}

  static async start(plan: ScenePlan): Promise<Scene> {
    const room = Math.ceil(ROOM_MB + plan.recipients * ROOM_A_RECIPIENT_MB);
    const database = await (plan.database === 'postgres' ? OwnPostgres : OwnMariaDb).start(room);
    const redis = await OwnRedis.start();
    const meta = await Child.start<Meta>(join(__dirname, 'meta.process.js'), { phoneNumbers: PHONE_NUMBERS });
    let scene: Scene | undefined;
    const redisProxy = await TcpProxy.start(() => (scene?.redis ?? redis).server.port);
    const webhookProxy = await TcpProxy.start(() => scene?.nextWebhookPort());
    const access = await meta.call('access');
    const directory = await mkdtemp(join(tmpdir(), 'whatsapp-bench-drill-'));
    const options: DrillAppOptions = {
      meta: access,
      databaseUrl: database.url,
      redis: { url: `redis://127.0.0.1:${redisProxy.port}`, prefix: 'drill' },
      messagesPerSecond: 2_000,
      // An hour is a minute here.
      unconfirmedAfter: 10_000,
    };
    scene = new Scene(plan, meta, database, redis, redisProxy, webhookProxy, directory, options, access.phoneNumberIds);
    await scene.#startApp();
    const [first] = scene.apps;
    await first?.child.call('sync');
    await Promise.all(Array.from({ length: plan.processes - 1 }, () => scene.#startApp()));
    await meta.call('report', `http://127.0.0.1:${webhookProxy.port}/whatsapp/webhook`);
    return scene;
  }

  /** The processes that can do something. */
  get awake(): RunningApp[] {
    return [...this.apps].filter(({ child, isFrozen }) => child.isRunning && !isFrozen);
  }

  /** The next of them that takes webhooks. */
  nextWebhookPort(): number | undefined {
    const ports = this.awake.flatMap(({ webhookPort }) => webhookPort ?? []);
    this.#turn += 1;
    return ports[this.#turn % ports.length];
  }

  /** Starts one in place of one that has ended, again and again until it runs, as whatever supervises processes does. */
  replace(app: RunningApp): void {
    this.apps.delete(app);
    const start = (async () => {
      while (!this.#isEnding) {
        const isStarted = await this.#startApp().then(
          () => true,
          () => false,
        );
        if (isStarted) return;
        await delay(500);
      }
    })();
    this.#starts.add(start);
    void start.finally(() => this.#starts.delete(start));
  }

  /** Those that are in the database as running. */
  async processIds(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>('SELECT id FROM whatsapp_processes');
    return rows.map(({ id }) => id);
  }

  /** Has an operator resume what is paused. */
  async resume(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const [app] = this.awake;
      try {
        for (const id of this.phoneNumberIds) await app?.child.call('resume', id);
        if (app) return;
      } catch {
        // It is away, or its database is.
      }
      await delay(200);
    }
  }

  /** Has the clock of a process show another time, by so many seconds. */
  async moveClock(app: RunningApp, seconds: number): Promise<void> {
    await writeFile(app.clockFile, seconds < 0 ? `${seconds}` : `+${seconds}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnding = true;
    for (const { child, isFrozen } of this.apps) if (isFrozen) child.signal('SIGCONT');
    await Promise.all(this.#starts);
    await Promise.all([...this.apps].map(({ child }) => child[Symbol.asyncDispose]()));
    for (const part of [this.meta, this.redisProxy, this.webhookProxy, this.redis, this.database]) {
      await part[Symbol.asyncDispose]();
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  async #startApp(): Promise<void> {
    const clockFile = join(this.directory, `clock-${Math.random().toString(36).slice(2)}`);
    await writeFile(clockFile, '+0');
    const child = await Child.start<DrillApp>(SCRIPTS[this.plan.sender], this.options, clockEnvironment(clockFile));
    const webhookUrl = await child.call('webhookUrl');
    const webhookPort = webhookUrl === '' ? undefined : Number(new URL(webhookUrl).port);
    const app: RunningApp = { child, clockFile, isFrozen: false, webhookPort };
    this.apps.add(app);
    void this.#replaceOnceEnded(app);
  }

  /** What ends by itself; who ends it on purpose has taken it out before. */
  async #replaceOnceEnded(app: RunningApp): Promise<void> {
    await app.child.ended();
    if (this.apps.has(app) && !this.#isEnding) this.replace(app);
  }
}

/** Debian's package libfaketime, which lies to a process about the time of day; it is in the folder of the machine's architecture. */
export const clockLibrary = readdirSync('/usr/lib')
  .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));

/** Has a process ask `file` how far its clock is off; only the time of day, not the clock that only counts up. */
function clockEnvironment(file: string): Record<string, string> {
  if (clockLibrary === undefined) return {};
  return {
    LD_PRELOAD: clockLibrary,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
    FAKETIME_CACHE_DURATION: '1',
  };
}
