import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import type { INestApplication, LoggerService, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  setupWhatsApp,
  WhatsAppModule,
  type WhatsAppModuleExtras,
  type WhatsAppModuleOptions,
  whatsappMigrations,
} from 'nestjs-whatsapp';
import type { DataSourceOptions } from 'typeorm';
import { WEBHOOK_APPLIERS } from '../../lib/webhooks/item-application.js';
import { WebhookItemError } from '../../lib/webhooks/webhook-arrivals.js';
import type { WebhookItem } from '../../lib/webhooks/webhook-item.js';
import { database } from '../module/host.js';
import { adapters } from '../support/test-app.js';

export const VERIFY_TOKEN = 'a token that we made up';

/** Two accounts of two apps, each with a number. */
export const NORTH = { id: '100', phoneNumberId: '101', secret: 'north-secret' } as const;
export const SOUTH = { id: '200', phoneNumberId: '201', secret: 'south-secret' } as const;

export const sign = (body: string | Buffer, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

interface Account {
  readonly id: string;
  readonly phoneNumberId: string;
}

/** An entry with one status for each wamid. */
export const entryOf = ({ id, phoneNumberId }: Account, ...wamids: readonly string[]) => ({
  id,
  changes: [
    {
      field: 'messages',
      value: {
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '15550001', phone_number_id: phoneNumberId },
        statuses: wamids.map((wamid) => ({ id: wamid, status: 'sent', timestamp: '1790000000' })),
      },
    },
  ],
});

export const bodyOf = (...entries: readonly unknown[]): string =>
  JSON.stringify({ object: 'whatsapp_business_account', entry: entries });

/** Takes every item, but those that a test calls poison. */
export class Recorder {
  readonly items: WebhookItem[] = [];
  /** How many items each call of `apply` had. */
  readonly sizes: number[] = [];
  isPoison: (item: WebhookItem) => boolean = () => false;
  /** Waited for by each call. */
  gate: Promise<unknown> = Promise.resolve();
  error: () => Error = () => new WebhookItemError('It is poison.');

  get wamids(): unknown[] {
    return this.items.map((item) => item.kind === 'status' && item.status['id']);
  }

  async apply(items: readonly WebhookItem[]): Promise<never[]> {
    this.sizes.push(items.length);
    await this.gate;
    if (items.some((item) => this.isPoison(item))) throw this.error();
    this.items.push(...items);
    return [];
  }
}

export interface SceneOptions {
  readonly adapter?: (typeof adapters)[number]['adapter'];
  readonly options?: WhatsAppModuleOptions & WhatsAppModuleExtras;
  readonly rawBody?: boolean;
  readonly main?: (app: INestApplication) => void;
  readonly logger?: LoggerService;
  readonly database?: DataSourceOptions;
}

const databaseOf = ({ database: options }: SceneOptions) =>
  options
    ? TypeOrmModule.forRoot({ ...options, autoLoadEntities: true, migrations: whatsappMigrations, migrationsRun: true })
    : database();

/** An app that takes webhooks and records what is applied. */
export class ReceivingScene implements AsyncDisposable {
  private constructor(
    readonly app: INestApplication,
    readonly url: string,
    readonly applied: Recorder,
  ) {}

  static async start(given: SceneOptions = {}): Promise<ReceivingScene> {
    const { main = setupWhatsApp, options, logger = false, rawBody = false } = given;
    const accounts = [NORTH, SOUTH].map(({ id, phoneNumberId, secret }) => ({
      businessAccountId: id,
      phoneNumberIds: [phoneNumberId],
      accessToken: 'EAA',
      appSecret: secret,
    }));
    const whatsapp = WhatsAppModule.forRoot({
      accounts,
      graph: { baseUrl: 'http://127.0.0.1:1' },
      refreshInterval: 0,
      surfaces: { webhook: true },
      webhook: { verifyToken: VERIFY_TOKEN },
      logger,
      ...options,
    });
    const applied = new Recorder();
    const testing = await Test.createTestingModule({ imports: [databaseOf(given), whatsapp] })
      .overrideProvider(WEBHOOK_APPLIERS)
      .useValue({ status: applied, message: applied, field: applied })
      .compile();
    const adapter = adapters.find((candidate) => candidate.adapter === given.adapter) ?? adapters[0];
    const app = testing.createNestApplication(adapter.create(), { rawBody, logger: false });
    main(app);
    await app.listen(0, '127.0.0.1');
    return new ReceivingScene(app, await app.getUrl(), applied);
  }

  get<T>(token: Type<T>): T {
    return this.app.get(token, { strict: false });
  }

  /** @returns the status of the answer */
  async post(body: string, signature?: string, path = '/whatsapp/webhook'): Promise<number> {
    const headers = { 'content-type': 'application/json', ...(signature && { 'x-hub-signature-256': signature }) };
    const response = await fetch(this.url + path, { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
  }
}
