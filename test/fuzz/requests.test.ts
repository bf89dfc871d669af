import * as fc from 'fast-check';
import { WebhooksService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { adapters } from '../support/test-app.js';
import { aBreakage, type Breakage } from './broken.js';
import type { Draft } from './draft.js';
import { runOf } from './run-of.js';
import { editedWebhook } from './webhook-bodies.js';
import { wellFormed } from './well-formed.js';
import { type Probe, World } from './world.js';

const run = runOf();

/** What a well-formed request may be answered all the same: that it is so already, or that Meta has it otherwise. */
const MAY_BE_REFUSED: Readonly<Record<string, number>> = {
  'POST /api/v1/meta-templates/bulk-sends/{id}/resume': 409,
  'POST /whatsapp/console/api/bulk-sends/{id}/resume': 409,
  'POST /whatsapp/console/api/messages/{id}/send-again': 409,
  // It is one of the options.
  'POST /whatsapp/console/api/accounts': 409,
  // Ten times in 72 hours.
  'POST /whatsapp/console/api/numbers/{id}/register': 502,
  'GET /whatsapp/console/assets/{name}': 404,
};

/** Each has requests of its own. */
const PAIRS = databases.flatMap(({ kind }) => adapters.map(({ adapter }) => `${adapter} ${kind}`));

/** Someone looked at it before the database and the language did. */
const UNFORESEEN =
  /violates|duplicate|constraint|too long|incorrect|cannot read|is not a function|is not iterable|no column/i;

describeEachDatabase(`With seed ${run.seed}`, (database) => {
  // A short run has each server and each database, a long one all pairs.
  const isOnPostgres = database.kind === 'postgres';
  const served = adapters.filter(({ adapter }) => run.isLong || (adapter === 'Fastify') === isOnPostgres);

  describe.each(served)('and $adapter', { timeout: run.timeout }, ({ adapter }) => {
    let fresh: FreshDatabase;
    let world: World;
    beforeAll(async () => {
      fresh = await database.create();
      world = await World.start(adapter, fresh.options);
    });
    afterAll(async () => {
      await world[Symbol.asyncDispose]();
      await fresh.drop();
    });

    it(`${run.requests} requests of all endpoints, well-formed and broken, are answered as documented`, async () => {
      const breakages = fc.array(aBreakage(foreignTo(world)), { maxLength: 3 });
      const seed = run.seed * 10 + PAIRS.indexOf(`${adapter} ${database.kind}`);
      const faults: string[] = [];
      const each = Math.ceil(run.requests / world.operations.length);
      for (const [index, operation] of world.operations.entries()) {
        const details = await fc.check(
          fc.asyncProperty(wellFormed(operation, world.own), breakages, async (draft, broken) => {
            fail(await problemsOf(world, draft, broken));
          }),
          { seed: seed * 1_000 + index, numRuns: each, interruptAfterTimeLimit: run.timeout },
        );
        if (details.failed) faults.push(`${operation.name}\n${String(Object(details.errorInstance).message)}`);
      }
      run.report(`${adapter} on ${database.title}`);
      expect(faults.join('\n\n')).toBe('');
    });

    it(`${run.webhooks} webhooks with edits, signed, are taken and kept, whatever they say`, async () => {
      const details = await fc.check(
        fc.asyncProperty(editedWebhook(world.own), async (draft) => {
          const probe = await world.probe(draft);
          const { status, text = '' } = probe.answer ?? {};
          run.count(['a webhook'], status);
          fail(textOf(world, probe, status === 200 ? [] : [`It answered ${status}: ${text.slice(0, 500)}`]));
        }),
        { seed: run.seed * 10 + PAIRS.indexOf(`${adapter} ${database.kind}`), numRuns: run.webhooks },
      );
      run.report(`${adapter} on ${database.title}`);
      expect(details.failed ? String(Object(details.errorInstance).message) : '').toBe('');
      const { items } = await world.tenants.app.get(WebhooksService).failedItems({ pageSize: 100 });
      expect(items.filter(({ error }) => UNFORESEEN.test(error))).toEqual([]);
    });
  });
});

const foreignTo = ({ own, tenants: { south } }: World) => ({
  cursors: [own.cursor, own.before, south.cursor, south.before, own.deliveryId, own.wamid],
  words: [
    [own.numberId, south.numberId],
    [own.wamid, south.wamid],
    [own.accountId, south.accountId],
    [own.bulkSendId, south.bulkSendId],
    ['welcome_message', south.template],
    [`"${own.sourceId}"`, `"${south.sourceId}"`],
  ] as const,
});

async function problemsOf(world: World, draft: Draft, broken: readonly Breakage[]): Promise<string> {
  if (broken.length === 0) await world.restore();
  const probe = await world.probe(broken.reduce((changed, { apply }) => apply(changed), draft));
  const kinds = broken.map(({ kind }) => kind);
  run.count(kinds, probe.answer?.status);
  const { status = 0, text = '' } = probe.answer ?? {};
  const isTaken = (status >= 200 && status < 300) || status === MAY_BE_REFUSED[`${draft.method} ${draft.path}`];
  const refused =
    kinds.length > 0 || isTaken ? [] : [`It is well-formed, but answered ${status}: ${text.slice(0, 500)}`];
  return textOf(world, probe, refused, kinds);
}

function textOf(
  world: World,
  { request, faults }: Probe,
  more: readonly string[],
  kinds: readonly string[] = [],
): string {
  const problems = [...faults, ...more];
  return problems.length === 0 ? '' : [...kinds, ...problems, world.curl(request).slice(0, 3_000)].join('\n');
}

function fail(problems: string): void {
  if (problems !== '') throw new Error(problems);
}
