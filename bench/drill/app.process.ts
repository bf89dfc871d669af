import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AccountsService, BulkService, setupWhatsApp, TemplatesService } from 'nestjs-whatsapp';
import { libraryModule, type LibraryOptions } from '../library/library.module.js';
import type { BulkPlan } from '../library/worker.process.js';
import { serve } from '../processes/serve.js';
import { recipients, template } from '../recipients.js';

export type DrillAppOptions = LibraryOptions & Required<Pick<LibraryOptions, 'redis'>>;

/** A process with the library that answers HTTP, takes webhooks and sends. */
async function app(options: DrillAppOptions) {
  const nest = await NestFactory.create(libraryModule({ ...options, isQuiet: true }), {
    logger: false,
    abortOnError: false,
  });
  setupWhatsApp(nest);
  nest.enableShutdownHooks(['SIGTERM']);
  await nest.listen(0, '127.0.0.1');
  const webhookUrl = `${await nest.getUrl()}/whatsapp/webhook`;
  return {
    webhookUrl: () => webhookUrl,
    /** Learns from Meta what numbers and templates there are; once for all processes. */
    async sync(): Promise<void> {
      await nest.get(AccountsService).sync();
      await nest.get(TemplatesService).sync();
    },
    async create({ phoneNumberId, count, first }: BulkPlan): Promise<void> {
      const { name, language } = template;
      await nest
        .get(BulkService)
        .create({ phoneNumberId, template: name, language, recipients: recipients(count, first) });
    },
    /** What an operator does once the access token is renewed. */
    async resume(phoneNumberId: string): Promise<void> {
      await nest.get(AccountsService).resumeSending(phoneNumberId);
    },
    /** Jobs without an end are for those who have some. */
    open: async () => 0,
    close: () => nest.close(),
  };
}

export type DrillApp = Awaited<ReturnType<typeof app>>;

serve(app);
