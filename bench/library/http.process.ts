import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AccountsService, ApiKeysService, setupWhatsApp, TemplatesService } from 'nestjs-whatsapp';
import { serve } from '../processes/serve.js';
import { libraryModule, type LibraryOptions } from './library.module.js';
import { Work } from '../single/work.js';

export interface HttpAccess {
  readonly url: string;
  readonly apiKey: string;
}

/** A process that answers HTTP. */
async function http(options: LibraryOptions) {
  const startedAt = performance.now();
  const work = new Work();
  const app = await NestFactory.create(libraryModule(options), {
    logger: ['warn', 'error'],
    abortOnError: false,
  });
  setupWhatsApp(app, { bodyLimit: '50mb' });
  await app.listen(0, '127.0.0.1');
  const startTime = performance.now() - startedAt;
  await app.get(AccountsService).sync();
  await app.get(TemplatesService).sync();
  const { key } = await app.get(ApiKeysService).create({ name: 'bench' });
  const access: HttpAccess = { url: await app.getUrl(), apiKey: key };
  return {
    access: () => access,
    /** The most memory that the process has had since it started, in bytes. */
    peakMemory: () => process.resourceUsage().maxRSS * 1_024,
    /** What the process has done so far. */
    work: () => work.done(),
    /** Milliseconds from when it was asked to start until it listened. */
    startTime: () => startTime,
    close: () => app.close(),
  };
}

export type Http = Awaited<ReturnType<typeof http>>;

serve(http);
