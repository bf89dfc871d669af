import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AccountsService, ApiKeysService, setupWhatsApp, TemplatesService } from 'nestjs-whatsapp';
import { serve } from '../processes/serve.js';
import { libraryModule, type LibraryOptions } from './library.module.js';
import { PeakMemory } from './peak-memory.js';

export interface HttpAccess {
  readonly url: string;
  readonly apiKey: string;
}

/** A process that answers HTTP and sends nothing. */
async function http(options: LibraryOptions) {
  const app = await NestFactory.create(libraryModule({ ...options, workers: false }), {
    logger: ['warn', 'error'],
    abortOnError: false,
  });
  setupWhatsApp(app, { bodyLimit: '50mb' });
  await app.listen(0, '127.0.0.1');
  await app.get(AccountsService).sync();
  await app.get(TemplatesService).sync();
  const { key } = await app.get(ApiKeysService).create({ name: 'bench' });
  const access: HttpAccess = { url: await app.getUrl(), apiKey: key };
  const memory = new PeakMemory();
  return {
    access: () => access,
    /** The most memory that the process has had since it started, in bytes. */
    peakMemory: () => memory.peak,
    close: () => app.close(),
  };
}

export type Http = Awaited<ReturnType<typeof http>>;

serve(http);
