import { randomBytes } from 'node:crypto';
import {
  CallbackDeliveryEntity,
  CallbacksService,
  type WhatsAppModuleOptions,
  WorkspacesService,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource, type DataSourceOptions, type Repository } from 'typeorm';
import { CallbackEntity } from '../../lib/callbacks/callback.entity.js';
import { CallbackOutbox, type CallbackFact } from '../../lib/callbacks/callback-outbox.js';
import { runInTransaction } from '../../lib/store/run-in-transaction.js';
import { optionsFor, TestApp, type TestAppOptions } from '../support/test-app.js';

export const ENCRYPTION_KEY = randomBytes(32).toString('base64');

/** Everything is tried again at once, but for what a test has wait. */
export const QUICK: WhatsAppModuleOptions = {
  encryptionKeys: [ENCRYPTION_KEY],
  callbackUrls: 'any',
  callbackTimeout: 2_000,
  callbackRetryDelays: [20, 20, 20],
};

/** An app with callbacks that are delivered quickly. */
export class CallbacksScene implements AsyncDisposable {
  private constructor(
    readonly app: TestApp,
    readonly meta: GraphApiServer,
  ) {}

  static async start(
    database?: DataSourceOptions,
    options: TestAppOptions['options'] = {},
    logger: TestAppOptions['logger'] = false,
  ): Promise<CallbacksScene> {
    const meta = await GraphApiServer.start({ sample: true });
    const all = { ...optionsFor(meta), ...QUICK, ...options };
    const app = await TestApp.start({ meta, options: all, logger, ...(database && { database }) });
    return new CallbacksScene(app, meta);
  }

  get callbacks(): CallbacksService {
    return this.app.get(CallbacksService);
  }

  get dataSource(): DataSource {
    return this.app.get(DataSource);
  }

  get deliveries(): Repository<CallbackDeliveryEntity> {
    return this.dataSource.getRepository(CallbackDeliveryEntity);
  }

  get settings(): Repository<CallbackEntity> {
    return this.dataSource.getRepository(CallbackEntity);
  }

  /** A workspace with a callback. */
  async workspace(name: string, url: string): Promise<{ readonly id: number; readonly secret: string }> {
    const { id } = await this.app.get(WorkspacesService).ensure(name);
    const { secret } = await this.callbacks.set({ workspace: name, url });
    return { id, secret };
  }

  /** Stores as many facts, numbered from 0. */
  async put(workspaceId: number, count = 1, fact: Partial<CallbackFact> = {}): Promise<void> {
    const facts = Array.from({ length: count }, (_, number) => ({
      workspaceId,
      event: 'message.status' as const,
      contactId: null,
      at: new Date(),
      data: { number, text: 'año 🎉 "quoted"' },
      ...fact,
    }));
    await runInTransaction(this.dataSource, () => this.app.get(CallbackOutbox).put(facts));
  }

  statusesOf(workspaceId: number): Promise<string[]> {
    return this.deliveries
      .find({ where: { workspaceId }, order: { createdAt: 'ASC' } })
      .then((rows) => rows.map(({ status }) => status));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.meta.close();
  }
}
