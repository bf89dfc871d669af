import { TypeOrmModule } from '@nestjs/typeorm';
import { BulkService, MessagesService, WhatsAppModule, whatsappMigrations } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { phoneOf, recipientsOf } from '../bulk/bulk-scene.js';
import { SEND_BULK } from '../http/bulk/bulk-app.js';
import { Host, sampleSend } from '../module/host.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { optionsFor } from '../support/test-app.js';
import { migratedDatabase } from './open-database.js';

/** A host that writes to one database and reads from another, which has the tables and never a row. */
function replicated(primary: FreshDatabase, replica: FreshDatabase): Partial<DataSourceOptions> {
  const { url: _, ...options }: { readonly url?: string | undefined } & DataSourceOptions = { ...primary.options };
  return Object.assign({}, options, {
    replication: { master: { url: primary.url }, slaves: [{ url: replica.url }] },
    migrations: whatsappMigrations,
  });
}

for (const kind of ['postgres', 'mariadb'] as const) {
  describeOn(kind, 'A host with replicas that lag behind', (database) => {
    let meta: GraphApiServer;
    let primary: FreshDatabase;
    let replica: FreshDatabase;
    let host: Host;

    beforeAll(async () => {
      meta = await GraphApiServer.start({ sample: true });
      [primary, replica] = await Promise.all([database.create(), database.create()]);
      for (const each of [primary, replica]) await (await migratedDatabase(each)).destroy();
      host = await Host.start({
        imports: [
          TypeOrmModule.forRootAsync({
            useFactory: () => ({ autoLoadEntities: true, retryAttempts: 0 }),
            dataSourceFactory: (given) => {
              const options = Object.assign({}, primary.options, replicated(primary, replica), {
                entities: given?.entities,
              });
              return new DataSource(options).initialize();
            },
          }),
          WhatsAppModule.forRoot({
            ...optionsFor(meta),
            messagesPerSecond: 1_000,
            surfaces: { metaTemplates: true },
          }),
        ],
      });
    });
    afterAll(async () => {
      await host?.app.close();
      await Promise.all([primary?.drop(), replica?.drop(), meta?.close()]);
    });

    it('finds what was just stored, and answers a repeated key with it', async () => {
      const messages = host.get(MessagesService);
      const input = { ...sampleSend.input, idempotency: 'once' };
      const sent = await messages.sendTemplate(input);
      expect(await messages.get(sent.id)).toMatchObject({ id: sent.id, status: 'sent' });
      expect(await messages.sendTemplate(input)).toMatchObject({ id: sent.id, wamid: sent.wamid });
      expect(meta.sendsTo(input.to)).toBe(1);
    });

    it('sends all of a bulk send, and shows it, over HTTP', async () => {
      const key = await host.newKey();
      const body = { ...sampleSend.body(meta), recipients: recipientsOf(40) };
      const headers = { ...key, 'idempotency-key': 'campaign' };
      const accepted = await host.call('POST', SEND_BULK, body, headers);
      expect(accepted.status).toBe(202);
      expect(await host.call('POST', SEND_BULK, body, headers)).toMatchObject({
        status: 202,
        body: { bulk_send_id: accepted.body.bulk_send_id },
      });
      const bulk = host.get(BulkService);
      await vi.waitFor(
        async () => expect(await bulk.get(accepted.body.bulk_send_id)).toMatchObject({ status: 'COMPLETED' }),
        { timeout: 30_000 },
      );
      expect(recipientsOf(40).map((_, index) => meta.sendsTo(phoneOf(index)))).toEqual(Array(40).fill(1));
      const list = await host.call('GET', '/api/v1/meta-templates/bulk-sends/', undefined, key);
      expect(list.body.results).toHaveLength(1);
    });
  });
}
