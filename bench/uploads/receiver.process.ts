import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysService, setupWhatsApp, TemplatesService, WhatsAppModule, whatsappMigrations } from 'nestjs-whatsapp';
import type { HttpAccess } from '../library/http.process.js';
import { PeakMemory } from './peak-memory.js';
import { serve } from '../processes/serve.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';

export interface ReceiverOptions {
  readonly adapter: 'Express' | 'Fastify';
  readonly meta: MetaAccess;
}

@Module({})
class AppModule {}

/** A process that takes forms with files. */
async function receiver({ adapter, meta }: ReceiverOptions) {
  const { businessAccountId, phoneNumberIds, accessToken } = meta;
  const imports = [
    TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: ':memory:',
      autoLoadEntities: true,
      migrations: [...whatsappMigrations],
      migrationsRun: true,
    }),
    WhatsAppModule.forRoot({
      accounts: [{ businessAccountId, phoneNumberIds, accessToken }],
      graph: { baseUrl: meta.url },
      surfaces: { workspace: { rateLimit: false } },
      refreshInterval: 0,
    }),
  ];
  const http = adapter === 'Fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create({ module: AppModule, imports }, http, {
    logger: ['warn', 'error'],
    abortOnError: false,
  });
  setupWhatsApp(app);
  await app.listen(0, '127.0.0.1');
  await app.get(TemplatesService).sync();
  const { key } = await app.get(ApiKeysService).create({ name: 'bench' });
  const access: HttpAccess = { url: await app.getUrl(), apiKey: key };
  let memory = new PeakMemory();
  return {
    access: () => access,
    /** Memory that the process has resident, in bytes; from now on its peak is watched. */
    watch: (): number => {
      memory = new PeakMemory();
      return process.memoryUsage.rss();
    },
    peak: (): number => memory.peak,
    close: () => app.close(),
  };
}

export type Receiver = Awaited<ReturnType<typeof receiver>>;

serve(receiver);
