import { MessagesService, type StreamEvent, type SubscribeOptions, WhatsAppStream } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { vi } from 'vitest';
import { StreamEntryEntity } from '../../lib/stream/stream-entry.entity.js';
import type { OpenQueue } from '../bulk/each-queue.js';
import type { FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';

/** Processes of one deployment: apps on one database, and one Redis where there is one. */
export class StreamScene implements AsyncDisposable {
  private constructor(
    readonly meta: GraphApiServer,
    readonly apps: readonly TestApp[],
  ) {}

  static async start(database: FreshDatabase, { queue, imports }: Pick<OpenQueue, 'queue' | 'imports'>, count = 2) {
    const meta = await GraphApiServer.start({ sample: true, limits: { pair: false } });
    const apps: TestApp[] = [];
    const { accounts = [], ...others } = optionsFor(meta);
    for (let index = 0; index < count; index += 1) {
      const options = {
        ...others,
        accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
        surfaces: { webhook: true },
        queue,
      };
      apps.push(await TestApp.start({ meta, database: database.options, options, imports: imports ?? [] }));
    }
    meta.webhooks = { url: `${apps[0]?.url}/whatsapp/webhook` };
    return new StreamScene(meta, apps);
  }

  app(index: number): TestApp {
    const app = this.apps[index];
    if (!app) throw new Error(`There is no app ${index}.`);
    return app;
  }

  /** Sends the sample template, from one process. @returns the row id */
  async send(to: string, by = 0): Promise<number> {
    const { name: template, language } = sampleTemplates.named;
    const variables = { name: 'Ana', company: 'Acme' };
    const { id } = await this.app(by).get(MessagesService).sendTemplate({ to, template, language, variables });
    return id;
  }

  listen(by: number, options: SubscribeOptions = {}): Listener {
    return new Listener(this.app(by).get(WhatsAppStream), options);
  }

  /** Rows of the stream in the database. */
  entries(): Promise<number> {
    return this.app(0).get(DataSource).getRepository(StreamEntryEntity).count();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const app of this.apps) await app[Symbol.asyncDispose]();
    await this.meta.close();
  }
}

/** One who listens, and writes down what comes. */
export class Listener implements AsyncDisposable {
  readonly events: StreamEvent[] = [];
  readonly #ending = new AbortController();
  readonly #done: Promise<void>;

  constructor(stream: WhatsAppStream, options: SubscribeOptions) {
    this.#done = this.#listen(stream, options);
  }

  /** Waits for an event. */
  until<Kind extends StreamEvent['kind']>(
    kind: Kind,
    isIt: (event: Extract<StreamEvent, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<StreamEvent, { kind: Kind }>> {
    return vi.waitUntil(
      () =>
        this.events
          .filter((event): event is Extract<StreamEvent, { kind: Kind }> => event.kind === kind)
          .find((event) => isIt(event)),
      { timeout: 20_000, interval: 20 },
    );
  }

  /** Until it is listened everywhere. */
  async ready(): Promise<this> {
    await this.until('reset');
    return this;
  }

  async #listen(stream: WhatsAppStream, options: SubscribeOptions): Promise<void> {
    const events = stream.subscribe({ ...options, signal: this.#ending.signal });
    for await (const event of events) this.events.push(event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#done;
  }
}

/** The statuses that were reported of a message, in their order. */
export const statusesOf = (events: readonly StreamEvent[], id: number): string[] =>
  events.flatMap((event) =>
    event.kind === 'message' ? event.messages.filter((message) => message.id === id).map(({ status }) => status) : [],
  );
