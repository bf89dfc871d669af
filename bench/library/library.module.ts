import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule, type WhatsAppCostsOptions, whatsappMigrations } from 'nestjs-whatsapp';
import { connections } from '../settings.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';

export interface LibraryOptions {
  readonly meta: MetaAccess;
  /** `postgres://…` or `mariadb://…`. */
  readonly databaseUrl: string;
  /** Redis and what its keys begin with; without it the process sends alone. */
  readonly redis?: { readonly url: string; readonly prefix: string };
  /** In place of what Meta says of the number's throughput. */
  readonly messagesPerSecond?: number;
  /** Rates, where costs are added up. */
  readonly costs?: WhatsAppCostsOptions;
  /** In place of the library's 10 minutes, in milliseconds. */
  readonly unconfirmedAfter?: number;
  /** Whether nothing is logged. */
  readonly isQuiet?: boolean;
  /** False where only HTTP is served. */
  readonly workers?: boolean;
}

@Module({})
class AppModule {}

/** An app with the library, Postgres and, with Redis, Bull, as its README says. */
export function libraryModule(options: LibraryOptions): DynamicModule {
  const { meta, databaseUrl, redis, messagesPerSecond, costs, unconfirmedAfter, isQuiet, workers } = options;
  return {
    module: AppModule,
    imports: [
      TypeOrmModule.forRoot({
        ...(databaseUrl.startsWith('postgres:')
          ? { type: 'postgres' }
          : { type: 'mariadb', charset: 'utf8mb4', timezone: 'Z' }),
        url: databaseUrl,
        autoLoadEntities: true,
        migrations: [...whatsappMigrations],
        migrationsRun: true,
      }),
      ...(redis ? [BullModule.forRoot(redis)] : []),
      WhatsAppModule.forRoot({
        accounts: [
          {
            businessAccountId: meta.businessAccountId,
            phoneNumberIds: meta.phoneNumberIds,
            accessToken: meta.accessToken,
            appSecret: meta.appSecret,
          },
        ],
        graph: { baseUrl: meta.url, maxConnections: connections },
        queue: redis ? 'bull' : 'in-process',
        surfaces: { metaTemplates: true, webhook: true, console: true },
        webhook: { verifyToken: 'bench' },
        refreshInterval: 0,
        messagesPerSecond,
        costs,
        unconfirmedAfter,
        logger: isQuiet ? false : undefined,
        workers,
      }),
    ],
  };
}
