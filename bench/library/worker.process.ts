import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AccountsService, BulkService, TemplatesService } from 'nestjs-whatsapp';
import { serve } from '../processes/serve.js';
import { recipients, template } from '../recipients.js';
import { libraryModule, type LibraryOptions } from './library.module.js';

export interface BulkPlan {
  readonly phoneNumberId: string;
  readonly count: number;
  /** Index of the first recipient. */
  readonly first?: number;
}

/** A process without HTTP that sends. */
async function worker(options: LibraryOptions) {
  const app = await NestFactory.createApplicationContext(libraryModule(options), {
    logger: ['warn', 'error'],
    abortOnError: false,
  });
  await app.get(AccountsService).sync();
  await app.get(TemplatesService).sync();
  return {
    async create({ phoneNumberId, count, first }: BulkPlan): Promise<void> {
      await app.get(BulkService).create({
        phoneNumberId,
        template: template.name,
        language: template.language,
        recipients: recipients(count, first),
      });
    },
    close: () => app.close(),
  };
}

export type Worker = Awaited<ReturnType<typeof worker>>;

serve(worker);
