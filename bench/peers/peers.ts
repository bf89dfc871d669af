import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PhoneNumberFixture } from 'nestjs-whatsapp/testing';
import { Agent, request } from 'undici';
import { Child } from '../processes/child.js';
import { recipient } from '../recipients.js';
import { count, type Figure, figure, perSecond, preciseMilliseconds } from '../report/figure.js';
import { Database } from '../servers/postgres.js';
import { RedisSpace } from '../servers/redis.js';
import type { StandIn } from '../stand-in/stand-in.process.js';
import { startStandIn, unlimited } from '../stand-in/start.js';
import { Packages } from './packages.js';
import type { Order, Peer, PeerOptions, PeerProcess } from './peer.process.js';

const PEERS: readonly Peer[] = ['nestjs-whatsapp', 'whatsapp-api-js', '@kapso/whatsapp-cloud-api', 'nest-whatsapp'];
const LANES = 16;
const ALTERNATIONS = 5;
const MESSAGES = 1_000;
const WARM_UP = 200;
/** More than any machine can send, in place of Meta's 80 a second. */
const UNLIMITED = 1_000_000;

/** Single sends by this package, and by three others that Node developers use, each behind the same small server. */
export async function* singleSendsOfPeers(): AsyncGenerator<Figure> {
  await using packages = await Packages.install();
  yield* speed(packages.directory);
  for (const peer of PEERS) yield* kill(peer, packages.directory);
  for (const peer of PEERS) yield* limit(peer, packages.directory);
  for (const peer of PEERS) yield* wrongVariables(peer, packages.directory);
}

interface Running {
  readonly peer: Peer;
  readonly app: PeerApp;
  readonly rates: number[];
  readonly times: number[];
}

async function* speed(directory: string): AsyncGenerator<Figure> {
  const running: Running[] = [];
  try {
    for (const peer of PEERS) {
      const app = await PeerApp.start(peer, directory, unlimited);
      running.push({ peer, app, rates: [], times: [] });
      await app.sendAll(orders(WARM_UP));
    }
    await alternate(running);
  } finally {
    for (const { app } of running) await app[Symbol.asyncDispose]();
  }
  for (const { peer, rates } of running) {
    yield figure(`${peer}: messages a second, ${LANES} at once`, median(rates), perSecond);
  }
  for (const { peer, times } of running) {
    yield figure(`${peer}: processor time a message`, median(times), preciseMilliseconds);
  }
}

async function alternate(running: readonly Running[]): Promise<void> {
  for (let round = 0; round < ALTERNATIONS; round += 1) {
    for (const { peer, app, rates, times } of running) {
      const [startedAt, before] = [performance.now(), await app.processorTime()];
      const accepted = await app.standIn.call('accepted');
      const results = await app.sendAll(orders(MESSAGES));
      rates.push(MESSAGES / ((performance.now() - startedAt) / 1_000));
      times.push(((await app.processorTime()) - before) / MESSAGES / 1_000);
      const sent = (await app.standIn.call('accepted')) - accepted;
      const failed = results.filter((status) => status !== 200).length;
      if (sent !== MESSAGES || failed > 0) throw new Error(`${peer} sent ${sent} of ${MESSAGES}; ${failed} failed.`);
    }
  }
}

/** The process is killed while Meta has messages that it has not answered; the client asks again with the same keys. */
async function* kill(peer: Peer, directory: string): AsyncGenerator<Figure> {
  await using app = await PeerApp.start(peer, directory, unlimited);
  const all = orders(200);
  await app.standIn.call('answerLate', 1_000, all.length);
  const sending = app.sendAll(all);
  while ((await app.standIn.call('accepted')) < LANES) await sleep(20);
  await app.restart();
  await app.standIn.call('answerInTime');
  const first = await sending;
  let doubtful = 0;
  for (const [index, order] of all.entries()) {
    if (first[index] === 200) continue;
    if ((await app.sendUntilKnown(order)) === 409) doubtful += 1;
  }
  const twice = (await app.standIn.call('accepted')) - (await app.standIn.call('recipients'));
  yield figure(`${peer}: of 200, sent twice after a SIGKILL`, twice, count);
  yield figure(`${peer}: of 200, said to be in doubt`, doubtful, count);
}

/** A number that Meta lets send 80 a second gets all that fits into its client's lanes. */
async function* limit(peer: Peer, directory: string): AsyncGenerator<Figure> {
  await using app = await PeerApp.start(peer, directory, { throughput: 80 });
  const results = await app.sendAll(orders(800), 100);
  const failed = results.filter((status) => status !== 200).length;
  yield figure(`${peer}: of 800 at 80/s, 100 at once, failed`, failed, count);
}

async function* wrongVariables(peer: Peer, directory: string): AsyncGenerator<Figure> {
  await using app = await PeerApp.start(peer, directory, unlimited);
  const wrong: readonly (readonly string[])[] = [
    [],
    ['Ana'],
    ['Ana', '860198', 'more'],
    ['', '860198'],
    ['Ana\nMaria', '860198'],
    ['Ana\tMaria', '860198'],
    ['Ana     Maria', '860198'],
    ['A'.repeat(2_000), '860198'],
  ];
  const results = await app.sendAll(wrong.map((variables) => ({ ...newOrder(), variables })));
  const reached = (await app.standIn.call('accepted')) + (await app.standIn.call('refused'));
  const caught = wrong.length - reached;
  yield figure(
    `${peer}: of ${wrong.length} messages with wrong variables, refused before Meta is asked`,
    caught,
    count,
  );
  const sent = results.filter((status) => status === 200).length;
  yield figure(`${peer}: of these, sent as they were`, sent, count);
}

/** One peer's process with a stand-in, a database and a part of Redis of its own. */
class PeerApp implements AsyncDisposable {
  readonly #agent = new Agent({ connections: 256 });

  private constructor(
    readonly standIn: Child<StandIn>,
    private readonly options: PeerOptions,
    private readonly surroundings: readonly AsyncDisposable[],
    private process: Child<PeerProcess>,
    private url: string,
  ) {}

  static async start(peer: Peer, directory: string, number: PhoneNumberFixture): Promise<PeerApp> {
    const standIn = await startStandIn(number);
    const database = await Database.create();
    const redis = new RedisSpace();
    const meta = await standIn.call('access');
    const messagesPerSecond = number === unlimited ? UNLIMITED : undefined;
    const library = {
      meta,
      databaseUrl: database.url,
      redis: { url: redis.url, prefix: redis.prefix },
      messagesPerSecond,
    };
    const options: PeerOptions = { peer, directory, library };
    const process = await startProcess(options);
    return new PeerApp(standIn, options, [standIn, database, redis], process, await process.call('url'));
  }

  /** Sends them, so many at once; each status, and 0 where the connection ended. */
  async sendAll(all: readonly Order[], lanes = LANES): Promise<number[]> {
    const statuses: number[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let index = next++; index < all.length; index = next++) statuses[index] = await this.#send(all[index]!);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return statuses;
  }

  /** Asks again until it is sent, or known to be in doubt. */
  async sendUntilKnown(order: Order): Promise<number> {
    for (let tries = 0; tries < 240; tries += 1) {
      const status = await this.#send(order);
      if (status === 200 || status === 409) return status;
      await sleep(500);
    }
    throw new Error(`There was no answer to ${order.key}.`);
  }

  processorTime(): Promise<number> {
    return this.process.call('processorTime');
  }

  /** Kills the process and starts it again. */
  async restart(): Promise<void> {
    this.process.call('kill').catch(() => undefined);
    this.process = await startProcess(this.options);
    this.url = await this.process.call('url');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.#agent.close();
    for (const part of this.surroundings) await part[Symbol.asyncDispose]();
  }

  async #send(order: Order): Promise<number> {
    try {
      const options = { method: 'POST', body: JSON.stringify(order), dispatcher: this.#agent } as const;
      const { statusCode, body } = await request(this.url, options);
      await body.dump();
      return statusCode;
    } catch {
      return 0;
    }
  }
}

function startProcess(options: PeerOptions): Promise<Child<PeerProcess>> {
  return Child.start<PeerProcess>(join(__dirname, 'peer.process.js'), options);
}

let people = 0;

/** Each to someone who has had nothing yet: to the same person Meta takes only so many. */
function newOrder(): Order {
  people += 1;
  const { phone, variables } = recipient(people);
  return { to: phone, variables: Object.values(variables), key: `order ${people}` };
}

function orders(length: number): Order[] {
  return Array.from({ length }, newOrder);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
