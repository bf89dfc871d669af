import { randomBytes } from 'node:crypto';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  WhatsAppModule,
  type WhatsAppAccountOptions,
  type WhatsAppModuleExtras,
  type WhatsAppModuleOptions,
  whatsappMigrations,
} from '../../index.js';
import type { Account } from '../accounts/account.js';
import { GraphApiServer } from '../graph-api-server.js';
import type { GraphApiServerOptions } from '../graph-api-server.options.js';
import { WhatsAppTesting } from './whatsapp-testing.js';

/**
 * What `WhatsAppTestingModule.forRoot` takes: options of `WhatsAppModule`, and what the stand-in for Meta has. Each has a default.
 *
 * @publicApi
 */
export interface WhatsAppTestingOptions
  extends WhatsAppModuleOptions, Pick<WhatsAppModuleExtras, 'surfaces' | 'imports'> {
  /** The stand-in for Meta; by default with one account, one phone number and templates of every kind: `{ sample: true }`. */
  readonly meta?: GraphApiServerOptions | undefined;
  /** Name of a data source of the test's own; by default one is made, on SQLite in memory, which needs `better-sqlite3`. */
  readonly dataSource?: string | undefined;
}

/**
 * `WhatsAppModule` for tests: the real one, with a stand-in for Meta and a database in memory of its own. It needs no ids,
 * no token and no environment, exports the same services everywhere, and goes away with `close()` of the app or the testing module.
 *
 * ```ts
 * const app = await Test.createTestingModule({
 *   imports: [WhatsAppTestingModule.forRoot()],
 *   providers: [WelcomeService],
 * }).compile();
 * await app.init();
 * await app.get(WelcomeService).welcome('+5491112345678');
 * expect(app.get(WhatsAppTesting).sentTo('+5491112345678')).toHaveLength(1);
 * await app.close();
 * ```
 *
 * @publicApi
 */
@Module({})
export class WhatsAppTestingModule {
  /** Starts the stand-in when the testing module is compiled; `init()` starts the rest. */
  static forRoot({ meta, dataSource, surfaces, imports, ...options }: WhatsAppTestingOptions = {}): DynamicModule {
    return {
      module: WhatsAppTestingModule,
      global: true,
      imports: [
        metaModule({ sample: meta?.accounts === undefined, ...meta }),
        ...(dataSource === undefined ? [database()] : []),
        WhatsAppModule.forRootAsync({
          isGlobal: true,
          surfaces,
          imports,
          dataSource: dataSource ?? DATA_SOURCE,
          inject: [GraphApiServer],
          useFactory: (server: GraphApiServer): WhatsAppModuleOptions => ({
            accounts: server.accounts.map((account) => accountOptions(account)),
            // Of the numbers and templates each is asked for when it is first needed.
            refreshInterval: 0,
            encryptionKeys: [randomBytes(32).toString('base64')],
            mediaUrls: 'any',
            callbackUrls: 'any',
            ...options,
            graph: { baseUrl: server.url, ...options.graph },
          }),
        }),
      ],
      providers: [WhatsAppTesting],
      exports: [WhatsAppModule, WhatsAppTesting],
    };
  }
}

const accountOptions = (account: Account): WhatsAppAccountOptions => ({
  businessAccountId: account.id,
  accessToken: account.accessToken,
  appSecret: account.appSecret,
});

/** The name is its own: the app's default data source stays what it is. */
const DATA_SOURCE = 'whatsapp-testing';

const database = (): DynamicModule =>
  TypeOrmModule.forRoot({
    name: DATA_SOURCE,
    type: 'better-sqlite3',
    database: ':memory:',
    autoLoadEntities: true,
    migrations: [...whatsappMigrations],
    migrationsRun: true,
    // A driver that is not installed is not there at the next try either.
    retryAttempts: 0,
  });

@Global()
@Module({})
class MetaModule {}

const metaModule = (options: GraphApiServerOptions): DynamicModule => ({
  module: MetaModule,
  providers: [
    // A testing module that could not be compiled is never closed: this must not keep its process alive.
    { provide: GraphApiServer, useFactory: async () => (await GraphApiServer.start(options)).unref() },
  ],
  exports: [GraphApiServer],
});
