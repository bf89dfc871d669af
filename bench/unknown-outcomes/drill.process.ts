import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsService, BulkService, MessageEntity, WhatsAppModule, whatsappMigrations } from 'nestjs-whatsapp';
import { type Fault, GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { serve } from '../processes/serve.js';
import { recipient, recipients, template } from '../recipients.js';

/** How Meta answers, and from when to when. */
export interface Drill {
  readonly fault: Fault;
  readonly count: number;
  /** Messages that Meta takes before. */
  readonly after: number;
  /** How long it lasts, in ms. */
  readonly lasts: number;
}

/** The outcome of a bulk send. */
export interface DrillResult {
  readonly inDoubt: number;
  readonly sent: number;
  /** Recipients who got more than one message. */
  readonly twice: number;
  readonly isCounted: boolean;
  readonly seconds: number;
  /** Lines of the log at the beginning and at the end of the pause. */
  readonly lines: number;
}

/** Runs an app in one process, with SQLite, and the fake Graph API server. */
async function drill({ fault, count, after, lasts }: Drill) {
  const meta = await GraphApiServer.start({
    accounts: [{ templates: [template], phoneNumbers: [{ messagingLimit: 'TIER_UNLIMITED' }] }],
  });
  const lines: string[] = [];
  const keep = (line: string) => void lines.push(line);

  @Module({
    imports: [
      TypeOrmModule.forRoot({
        type: 'better-sqlite3',
        database: ':memory:',
        autoLoadEntities: true,
        migrations: [...whatsappMigrations],
        migrationsRun: true,
      }),
      WhatsAppModule.forRoot({
        accounts: [{ businessAccountId: meta.account.id, accessToken: meta.accessToken }],
        graph: { baseUrl: meta.url },
        logger: { log: keep, warn: keep, error: keep },
      }),
    ],
  })
  class AppModule {}

  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'], abortOnError: false });
  await app.get(AccountsService).sync();
  const bulk = app.get(BulkService);

  const twice = () =>
    Array.from({ length: count }, (_, index) => meta.sendsTo(recipient(index).phone)).filter((sends) => sends > 1)
      .length;

  return {
    async run(): Promise<DrillResult> {
      const spoil = () => meta.faults.nextSend({ ...fault, when: 'after-accepting' }, { times: Infinity });
      if (after === 0) spoil();
      const startedAt = Date.now();
      const { name, language } = template;
      const { id } = await bulk.create({ template: name, language, recipients: recipients(count) });
      while (meta.messageCount < after) await delay(5);
      if (after > 0) spoil();
      await delay(lasts);
      meta.faults.clear();
      for (;;) {
        const { counts } = await bulk.get(id);
        if (counts.pending === 0) break;
        await delay(100);
      }
      const { counts } = await bulk.get(id);
      const rows = app.get(DataSource).getRepository(MessageEntity);
      const isCounted =
        (await rows.countBy({ bulkSendId: id, status: 'sent' })) === counts.sent &&
        (await rows.countBy({ bulkSendId: id, status: 'unconfirmed' })) === counts.unconfirmed;
      return {
        inDoubt: counts.unconfirmed,
        sent: counts.sent,
        twice: twice(),
        isCounted,
        seconds: (Date.now() - startedAt) / 1_000,
        lines: lines.filter((line) => line.startsWith('Sending from')).length,
      };
    },
    async close(): Promise<void> {
      await app.close();
      await meta.close();
    },
  };
}

export type DrillProcess = Awaited<ReturnType<typeof drill>>;

serve(drill);
