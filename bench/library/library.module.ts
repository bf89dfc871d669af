import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule, type WhatsAppCostsOptions, whatsappMigrations } from 'nestjs-whatsapp';
import { connections } from '../settings.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';

export interface LibraryOptions {
  readonly meta: MetaAccess;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
  /** In place of what Meta says of the number's throughput. */
  readonly messagesPerSecond?: number;
  /** Rates, where costs are added up. */
  readonly costs?: WhatsAppCostsOptions;
  /** False where only HTTP is served. */
  readonly workers?: boolean;
}

@Module({})
class AppModule {}

/** An app with the library, Postgres and Bull, as its README says. */
export function libraryModule(options: LibraryOptions): DynamicModule {
  const { meta, databaseUrl, redisUrl, prefix, messagesPerSecond, costs, workers } = options;
  return {
    module: AppModule,
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url: databaseUrl,
        autoLoadEntities: true,
        migrations: [...whatsappMigrations],
        migrationsRun: true,
      }),
      BullModule.forRoot({ url: redisUrl, prefix }),
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
        queue: 'bull',
        surfaces: { metaTemplates: true, webhook: true, console: true },
        webhook: { verifyToken: 'bench' },
        refreshInterval: 0,
        messagesPerSecond,
        costs,
        workers,
      }),
    ],
  };
}
