import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import {
  AccountsService,
  BulkService,
  CostsService,
  MessageEntity,
  MessagesService,
  setupWhatsApp,
  TemplatesService,
} from 'nestjs-whatsapp';
import { DataSource, IsNull, Not } from 'typeorm';
import { libraryModule, type LibraryOptions } from '../library/library.module.js';
import { serve } from '../processes/serve.js';
import { personAt, rates, templates } from './mix.js';

/** Texts that are sent at the same time. */
const TEXTS_AT_ONCE = 50;

/** A process that sends, takes webhooks and knows what messages cost. */
async function sender(options: LibraryOptions) {
  const costs = { timeZone: 'UTC', currency: 'USD', rateCard: rates };
  const app = await NestFactory.create(libraryModule({ ...options, costs }), {
    logger: ['warn', 'error'],
    abortOnError: false,
  });
  setupWhatsApp(app);
  await app.listen(0, '127.0.0.1');
  await app.get(AccountsService).sync();
  await app.get(TemplatesService).sync();
  const url = `${await app.getUrl()}/whatsapp/webhook`;
  return {
    url: () => url,
    /** One bulk send of each template. */
    async sendTemplates(phoneNumberId: string, count: number): Promise<void> {
      for (const { name, language } of templates) {
        const recipients = Array.from({ length: count }, (_, index) => {
          return { phone: personAt(index), variables: { '1': `Customer ${index}`, '2': `2026-${index}` } };
        });
        await app.get(BulkService).create({ phoneNumberId, template: name, language, recipients });
      }
    },
    async sendTexts(phoneNumberId: string, count: number): Promise<void> {
      const messages = app.get(MessagesService);
      for (let from = 0; from < count; from += TEXTS_AT_ONCE) {
        const texts = Array.from({ length: Math.min(TEXTS_AT_ONCE, count - from) }, (_, index) =>
          messages.sendText({ phoneNumberId, to: personAt(from + index), text: { body: 'As you asked for it.' } }),
        );
        await Promise.all(texts);
      }
    },
    report: (month: string) => app.get(CostsService).report({ month, groupBy: ['phoneNumber'] }),
    /** Messages with a price that Meta has reported. */
    priced: () =>
      app
        .get(DataSource)
        .getRepository(MessageEntity)
        .countBy({ pricingCategory: Not(IsNull()) }),
    close: () => app.close(),
  };
}

export type Sender = Awaited<ReturnType<typeof sender>>;

serve(sender);
