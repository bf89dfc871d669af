import * as fc from 'fast-check';
import { BulkService } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { expect, it, vi } from 'vitest';
import { Retention } from '../../lib/process/retention.js';
import { editedWebhook } from '../fuzz/webhook-bodies.js';
import { PEOPLE, wellFormed } from '../fuzz/well-formed.js';
import { World } from '../fuzz/world.js';
import { describeOn } from '../support/databases.js';
import { leaveUncounted, RecordedStatements, scansOf } from './query-plans.js';

/** What is read whole knowingly. */
const KNOWN: readonly RegExp[] = [
  // Every ten minutes, by an index with nothing but workspaces and times; on other databases it has those that wait alone.
  /^index of whatsapp_callback_deliveries .*SELECT DISTINCT `delivery`.`workspace_id`/,
  // Of a table with few rows Postgres begins at the other end; the condition is one on the primary key.
  /^All of PK_\w+: UPDATE "whatsapp_\w+" AS target .* FROM json_to_recordset\(.* WHERE target\."id" = given\.c0/s,
];

for (const kind of ['postgres', 'mariadb'] as const) {
  describeOn(kind, 'Every statement of endpoints, slices, webhooks and jobs', (database) => {
    it('reads large tables by an index', async () => {
      const fresh = await database.create();
      try {
        using recorded = new RecordedStatements(kind);
        await using world = await World.start('Fastify', fresh.options);
        const dataSource = world.tenants.app.get(DataSource);
        await leaveUncounted(dataSource);
        await useEverything(world);
        const statements = recorded.all;
        expect(statements.length).toBeGreaterThan(150);
        const scans = await scansOf(dataSource, statements);
        expect(scans.filter((scan) => !KNOWN.some((known) => known.test(scan)))).toEqual([]);
      } finally {
        await fresh.drop();
      }
    });
  });
}

async function useEverything(world: World): Promise<void> {
  const { own, tenants } = world;
  const sample = { seed: 1, numRuns: 2 };
  for (const operation of world.operations) {
    for (const draft of fc.sample(wellFormed(operation, own), sample)) await world.probe(draft);
  }
  await sendInBulk(world);
  for (const draft of fc.sample(editedWebhook(own), { seed: 1, numRuns: 20 })) await world.probe(draft);
  // As if a year had passed.
  await tenants.app.get(Retention).removeExpired(Date.now() + 365 * 86_400_000);
}

async function sendInBulk({ own, tenants }: World): Promise<void> {
  const bulk = tenants.app.get(BulkService);
  const { workspace, template } = own;
  const recipients = PEOPLE.map((phone) => ({ phone }));
  const { id } = await bulk.create({ workspace, template, language: 'en_US', recipients });
  await vi.waitFor(
    async () => {
      const { status } = await bulk.get(id, { workspace });
      if (status !== 'COMPLETED') throw new Error(`The bulk send is ${status}.`);
    },
    { timeout: 30_000, interval: 20 },
  );
}
