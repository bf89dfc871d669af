import * as fc from 'fast-check';
import { WebhooksService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { bodyOf, sign } from './receiving-scene.js';

/** Values that someone did not reckon with. */
const strange = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    1e300,
    '',
    '\0',

    '\ud800',
    'x\0y',
    '9'.repeat(400),
    {},
    [],
    [null],
    ''.padEnd(70_000, 'é'),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Objects of Meta's with one or two fields replaced or gone. */
const mutated = (base: Record<string, unknown>) =>
  fc
    .dictionary(fc.constantFrom(...Object.keys(base)), fc.option(strange, { nil: undefined }), { maxKeys: 2 })
    .map((changes) => ({
      ...base,
      ...changes,
    }));

const status = mutated({
  id: 'wamid.1',
  status: 'failed',
  timestamp: '1790000000',
  recipient_id: '5491122223333',
  biz_opaque_callback_data: 'a.1.1',
  errors: [{ code: 131026, title: 'x' }],
});
const message = mutated({
  id: 'wamid.2',
  from: '5491122223333',
  from_user_id: 'US.1',
  timestamp: '1790000000',
  type: 'text',
  text: { body: 'x' },
  context: { id: 'wamid.1' },
});
const contact = mutated({ wa_id: '5491122223333', user_id: 'US.1', profile: { name: 'Ana' } });
const field = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      'message_template_status_update',
      'account_update',
      'user_preferences',
      'phone_number_quality_update',
      'security',
    ),
    fc.string(),
  ),
  mutated({
    event: 'APPROVED',
    message_template_id: 1,
    message_template_name: 'a',
    message_template_language: 'es',
    display_phone_number: '1555',
    user_preferences: [
      { wa_id: '5491122223333', category: 'marketing_messages', value: 'stop', timestamp: 1_790_000_000 },
    ],
    restriction_info: [{ restriction_type: 'x', expiration: 1 }],
  }),
);

describeEachDatabase('a webhook of whatever content', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  beforeAll(async () => {
    [fresh, meta] = await Promise.all([database.create(), GraphApiServer.start({ sample: true })]);
  });
  afterAll(() => Promise.all([fresh.drop(), meta.close()]));

  it('is answered with 200: what cannot be applied is kept', async () => {
    const { accounts = [], ...options } = optionsFor(meta);
    await using app = await TestApp.start({
      meta,
      database: fresh.options,
      options: {
        ...options,
        accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
        surfaces: { webhook: true },
      },
    });
    const webhooks = app.get(WebhooksService);
    const few = { maxLength: 4 };
    const parts = fc.tuple(fc.array(status, few), fc.array(message, few), fc.array(contact, few), fc.array(field, few));
    await fc.assert(
      fc.asyncProperty(parts, async ([statuses, messages, contacts, fields]) => {
        const value = { metadata: { phone_number_id: meta.phoneNumber.id }, statuses, messages, contacts };
        const others = fields.map(([name, content]) => ({ field: name, value: content }));
        const body = bodyOf({ id: meta.account.id, changes: [{ field: 'messages', value }, ...others] });
        await webhooks.receive(Buffer.from(body), sign(body, meta.appSecret));
      }),
      { numRuns: 100 },
    );
    const { items } = await webhooks.failedItems({ pageSize: 100 });
    // Someone looked at it before the database and the language did.
    const unforeseen =
      /violates|duplicate|constraint|too long|incorrect|cannot read|is not a function|is not iterable|no column/i;
    expect(items.filter(({ error }) => unforeseen.test(error))).toEqual([]);
  });
});
