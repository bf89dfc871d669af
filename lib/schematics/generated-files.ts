import { hasPackage, type HostApp } from './host-app.js';

/** Databases that a data source is made for. */
export type Database = 'better-sqlite3' | 'postgres' | 'mysql';

/** TypeORM's data source, for the app and for TypeORM's command line. */
export function dataSourceFile(database: Database): string {
  const options = {
    'better-sqlite3': `    type: 'better-sqlite3',
    database: process.env.DATABASE_FILE || 'app.sqlite',`,
    postgres: `    type: 'postgres',
    url: process.env.DATABASE_URL,`,
    mysql: `    type: 'mysql', // MariaDB, too
    url: process.env.DATABASE_URL,
    charset: 'utf8mb4',
    timezone: 'Z',`,
  };
  return `import { existsSync } from 'node:fs';
import { whatsappMigrations } from 'nestjs-whatsapp';
import { DataSource, type DataSourceOptions } from 'typeorm';

// What the environment has already wins over the file.
if (existsSync('.env')) process.loadEnvFile();

/** Read when the app starts. */
export function dataSourceOptions(): DataSourceOptions {
  return {
${options[database]}
    migrations: [...whatsappMigrations], // and your own
    // Creates tables when the app starts. False if your deployment does it
    // before: npm run migration:run
    migrationsRun: true,
  };
}

// For TypeORM's command line.
export default new DataSource(dataSourceOptions());
`;
}

/** The module that configures WhatsAppModule. */
export function messagingModuleFile(app: HostApp, surfaces: readonly string[], options: ModuleParts): string {
  const { hasConfigModule, hasExample } = options;
  const service = hasExample ? `import { HelloService } from './hello.service${app.importEnding}';\n` : '';
  const provided = hasExample ? `  providers: [HelloService],\n  exports: [HelloService],\n` : '';
  const start = hasConfigModule
    ? `import { Logger, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { WhatsAppModule, type WhatsAppModuleOptions } from 'nestjs-whatsapp';
${service}`
    : `import { existsSync } from 'node:fs';
import { Logger, Module } from '@nestjs/common';
import { WhatsAppModule, type WhatsAppModuleOptions } from 'nestjs-whatsapp';
${service}
// What the environment has already wins over the file.
if (existsSync('.env')) process.loadEnvFile();
`;
  const factory = hasConfigModule
    ? `      imports: [ConfigModule],
      inject: [ConfigService],
      useFactory: (config: ConfigService) =>
        whatsAppOptions((name) => config.get<string>(name)),`
    : `      useFactory: () => whatsAppOptions((name) => process.env[name]),`;
  return `${start}
@Module({
  imports: [
    WhatsAppModule.forRootAsync({
      isGlobal: true, // its services can be injected everywhere
      surfaces: {
        webhook: true, // GET and POST /whatsapp/webhook, for Meta
${surfaces.map((name) => `        ${name}: true,\n`).join('')}      },
${factory}
    }),
  ],
${provided}})
export class MessagingModule {}

function whatsAppOptions(
  read: (name: string) => string | undefined,
): WhatsAppModuleOptions {
  const businessAccountId = read('WHATSAPP_BUSINESS_ACCOUNT_ID');
  const accessToken = read('WHATSAPP_ACCESS_TOKEN');
  const phoneNumberId = read('WHATSAPP_PHONE_NUMBER_ID');
  const appSecret = read('WHATSAPP_APP_SECRET');
  const verifyToken = read('WHATSAPP_VERIFY_TOKEN');
  const isComplete = !!businessAccountId && !!accessToken;
  if (!isComplete) {
    new Logger('WhatsApp').warn(
      'Nothing can be sent yet: set WHATSAPP_BUSINESS_ACCOUNT_ID and WHATSAPP_ACCESS_TOKEN in .env.',
    );
  }
  return {
    accounts: isComplete
      ? [
          {
            businessAccountId,
            accessToken,
            phoneNumberIds: phoneNumberId ? [phoneNumberId] : undefined,
            appSecret: appSecret || undefined,
          },
        ]
      : [],
    webhook: verifyToken ? { verifyToken } : undefined,
    graph: { baseUrl: read('WHATSAPP_GRAPH_URL') || undefined }, // Meta's own
  };
}
`;
}

/** What is in the module depends on the app and on the options of `nest add`. */
export interface ModuleParts {
  readonly hasConfigModule: boolean;
  readonly hasExample: boolean;
}

/** A service that sends, and answers what customers write. */
export const helloServiceFile = (): string => `import { Injectable } from '@nestjs/common';
import {
  type InboundMessageEvent,
  MessagesService,
  OnInboundMessage,
} from 'nestjs-whatsapp';

@Injectable()
export class HelloService {
  constructor(private readonly messages: MessagesService) {}

  /** Sends a template that every new account has; resolves to Meta's id. */
  async sayHello(phone: string): Promise<string | null> {
    const message = await this.messages.sendTemplate({
      to: phone,
      template: 'hello_world',
      language: 'en_US',
    });
    return message.wamid;
  }

  /** Answers a customer who writes "ping". */
  @OnInboundMessage()
  async answer({ message }: InboundMessageEvent): Promise<void> {
    if (message.type !== 'text' || message.content.body !== 'ping') return;
    await this.messages.sendText({
      to: message.recipientPhone,
      phoneNumberId: message.phoneNumberId,
      text: { body: 'pong' },
      replyTo: message.wamid ?? undefined,
      idempotency: \`pong-\${message.wamid}\`, // a webhook may come twice
    });
  }
}
`;

/** A script that sends a first message. */
export function sendHelloFile(ending: string, root: { readonly name: string; readonly from: string }): string {
  return `import { NestFactory } from '@nestjs/core';
import { ${root.name} } from '${root.from}';
import { HelloService } from './hello.service${ending}';

/** npm run whatsapp:hello -- +5491112345678 */
async function sendHello(): Promise<void> {
  const [, , phone] = process.argv;
  if (!phone) throw new Error('Which number? Write it after the command.');
  const app = await NestFactory.createApplicationContext(${root.name}, {
    logger: ['warn', 'error', 'fatal'],
    abortOnError: false,
  });
  try {
    const wamid = await app.get(HelloService).sayHello(phone);
    console.log(\`Meta accepted the message \${wamid}.\`);
  } finally {
    await app.close();
  }
}

sendHello().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
`;
}

/** A test of the service against the stand-in for Meta; it needs neither ids nor a database server. */
export function helloSpecFile({ importEnding, testRunner, manifest }: HostApp): string {
  const globals = testRunner === 'vitest' ? `import { afterAll, beforeAll, expect, it } from 'vitest';\n` : '';
  // Without an adapter Nest takes Express, which not every app has.
  const isFastify =
    hasPackage(manifest, '@nestjs/platform-fastify') && !hasPackage(manifest, '@nestjs/platform-express');
  const adapterImport = isFastify ? `import { FastifyAdapter } from '@nestjs/platform-fastify';\n` : '';
  const adapter = isFastify ? 'new FastifyAdapter()' : '';
  return `import type { INestApplication } from '@nestjs/common';
${adapterImport}import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { setupWhatsApp, whatsappMigrations } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
${globals}import { HelloService } from './hello.service${importEnding}';
import { MessagingModule } from './messaging.module${importEnding}';

const customer = '+5491112345678';
let meta: GraphApiServer; // a stand-in for Meta, on this machine
let app: INestApplication;

beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
  process.env.WHATSAPP_GRAPH_URL = meta.url;
  process.env.WHATSAPP_BUSINESS_ACCOUNT_ID = meta.account.id;
  process.env.WHATSAPP_PHONE_NUMBER_ID = meta.phoneNumber.id;
  process.env.WHATSAPP_ACCESS_TOKEN = meta.accessToken;
  process.env.WHATSAPP_APP_SECRET = meta.appSecret;
  const testing = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({
        type: 'better-sqlite3',
        database: ':memory:',
        autoLoadEntities: true,
        migrations: [...whatsappMigrations],
        migrationsRun: true,
      }),
      MessagingModule,
    ],
  }).compile();
  app = testing.createNestApplication(${adapter});
  setupWhatsApp(app);
  await app.listen(0, '127.0.0.1');
  meta.webhooks = { url: \`\${await app.getUrl()}/whatsapp/webhook\` };
}, 60_000);

afterAll(async () => {
  await app?.close();
  await meta?.close();
}, 60_000);

it('says hello', async () => {
  await app.get(HelloService).sayHello(customer);
  expect(meta.sendsTo(customer)).toBe(1);
}, 60_000);

it('answers ping with pong', async () => {
  meta.phoneNumber.receive({
    type: 'text',
    from: customer,
    text: { body: 'ping' },
  });
  await meta.waitForMessages(2);
  expect(meta.messages.at(-1)?.body).toMatchObject({ text: { body: 'pong' } });
}, 60_000);
`;
}
