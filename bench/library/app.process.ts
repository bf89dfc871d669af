import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AccountsService, BulkService, setupWhatsApp, TemplatesService } from 'nestjs-whatsapp';
import { serve } from '../processes/serve.js';
import { recipients, template } from '../recipients.js';
import { footprint } from './footprint.js';
import { libraryModule, type LibraryOptions } from './library.module.js';
import type { BulkPlan } from './worker.process.js';

/** A process that does everything: it answers HTTP, takes webhooks and sends. */
async function app(options: LibraryOptions) {
  const nest = await NestFactory.create(libraryModule(options), { logger: ['error'], abortOnError: false });
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
    /** @returns the id of the bulk send */
    async create({ phoneNumberId, count, first }: BulkPlan): Promise<string> {
      const { id } = await nest.get(BulkService).create({
        phoneNumberId,
        template: template.name,
        language: template.language,
        recipients: recipients(count, first),
      });
      return id;
    },
    footprint,
    close: () => nest.close(),
  };
}

export type App = Awaited<ReturnType<typeof app>>;

serve(app);
