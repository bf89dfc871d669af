import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BulkTargets } from '../../lib/bulk/accept/target.js';
import { BulkScene, digitsOf, phoneOf, recipientOf, recipientsOf } from './bulk-scene.js';

const VARIABLES = { name: 'Ana', company: 'Mi Empresa' };

/** What a caller gives who does not look at the types. */
const untyped = (value: unknown) => value as never; // oxlint-disable-line typescript/no-unsafe-type-assertion

/** What a promise is rejected with. */
const refusal = (given: Promise<unknown>): Promise<unknown> => given.then(() => 'accepted').catch((error) => error);

async function* oneByOne<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await new Promise(setImmediate);
    yield item;
  }
}

describe('what a bulk send accepts', () => {
  let meta: GraphApiServer;
  let scene: BulkScene;

  beforeAll(async () => {
    // Of a process that sends nothing, so that what is stored stays as it was accepted.
    scene = await BulkScene.start({ options: { workers: false } });
    meta = scene.meta;
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('is stored in its order: a message each, pending, with the variables of its recipient', async () => {
    const bulkSend = await scene.create(recipientsOf(3), { name: 'Welcome, all', apiKeyId: 7, apiKeyName: 'Shop' });
    expect(bulkSend).toMatchObject({
      status: 'QUEUED',
      name: 'Welcome, all',
      template: { name: 'welcome_message', language: 'es', category: 'MARKETING', status: 'APPROVED' },
      phoneNumber: { phoneNumberId: meta.phoneNumber.id, verifiedName: meta.phoneNumber.verifiedName },
      totalRecipients: 3,
      uniqueRecipients: 3,
      counts: { pending: 3, unconfirmed: 0, sent: 0, delivered: 0, read: 0, failed: 0 },
      progress: 0,
      errors: [],
      waiting: null,
      createdBy: { id: 7, name: 'Shop' },
      scheduledAt: null,
      startedAt: null,
      completedAt: null,
    });
    expect(await scene.rows(bulkSend)).toMatchObject(
      [0, 1, 2].map((index) => ({
        seq: index + 1,
        recipientPhone: digitsOf(index),
        content: { variables: { name: `Person ${index}`, company: 'Mi Empresa' } },
        status: 'pending',
        direction: 'outbound',
        type: 'template',
        templateName: 'welcome_message',
        templateLanguage: 'es',
        templateCategory: 'MARKETING',
        phoneNumberId: meta.phoneNumber.id,
        apiKeyId: 7,
        attempt: 0,
      })),
    );
  });

  it('is one message a number, whatever its spelling: the first one’s', async () => {
    const spellings = ['+54 9 11 1000-0000', '5491110000000', '+54 (911) 1000.0000', '٥٤٩١١١٠٠٠٠٠٠٠', phoneOf(1)];
    const recipients = spellings.map((phone, index) => ({ phone, variables: { ...VARIABLES, name: `${index}` } }));
    const bulkSend = await scene.create(recipients);
    expect(bulkSend).toMatchObject({ totalRecipients: 5, uniqueRecipients: 2, counts: { pending: 2 } });
    expect(await scene.rows(bulkSend)).toMatchObject([
      { recipientPhone: '5491110000000', seq: 1, content: { variables: { name: '0' } } },
      { recipientPhone: '5491110000001', seq: 2, content: { variables: { name: '4' } } },
    ]);
  });

  it('is rejected with every problem, each with its path', async () => {
    const error = await refusal(
      scene.create([
        recipientOf(0),
        untyped({ phone: '12', variables: VARIABLES }),
        untyped({ variables: VARIABLES }),
        { phone: phoneOf(1), variables: { name: 'Ana' } },
        { phone: phoneOf(2), variables: { ...VARIABLES, company: '', city: 'Rosario' } },
        { phone: phoneOf(3), variables: VARIABLES, buttonVariables: { button_0: 'x' } },
        untyped(5),
        untyped(null),
        untyped([]),
        { unreadable: 'Line 9 is no JSON.' },
      ]),
    );
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', furtherProblems: 0 });
    expect(error).toHaveProperty('problems', [
      { path: 'recipients[1].phone', message: expect.stringContaining('has 2 digits') },
      { path: 'recipients[2].phone', message: expect.stringContaining('must be a phone number') },
      { path: 'recipients[3].variables.company', message: expect.stringContaining('is missing') },
      { path: 'recipients[4].variables.company', message: expect.any(String) },
      { path: 'recipients[4].variables.city', message: expect.stringContaining('is no variable of the template') },
      { path: 'recipients[5].buttonVariables.button_0', message: expect.any(String) },
      ...[6, 7, 8].map((index) => ({ path: `recipients[${index}]`, message: expect.stringContaining('an object') })),
      { path: 'recipients[9]', message: 'Line 9 is no JSON.' },
    ]);
  });

  it('names the first hundred problems and counts the rest', async () => {
    const wrong = Array.from({ length: 1_250 }, () => ({ phone: '1', variables: VARIABLES }));
    const error = await refusal(scene.create([...recipientsOf(1_100), ...wrong]));
    expect(error).toMatchObject({ furtherProblems: 1_150 });
    expect(error).toHaveProperty('problems.length', 100);
    expect(error).toHaveProperty(['problems', 99, 'path'], 'recipients[1199].phone');
    // One recipient with more problems than there is room left for.
    const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`unknown_${index}`, 'x']));
    const recipient = { phone: phoneOf(0), variables: { ...VARIABLES, ...many } };
    expect(await refusal(scene.create([recipient]))).toMatchObject({ furtherProblems: 50 });
  });

  it.each([
    ['an empty list', []],
    ['an empty iterator', (function* () {})()],
    ['no list', 5],
    ['nothing', undefined],
    ['a text', 'abc'],
  ])('is not %s', async (_, recipients) => {
    expect(await refusal(scene.create(untyped(recipients)))).toMatchObject({
      code: 'VALIDATION_ERROR',
      problems: [{ path: 'recipients' }],
    });
  });

  it('comes from anything that can be iterated, once', async () => {
    let read = 0;
    const one = function* () {
      for (const recipient of recipientsOf(3)) {
        read += 1;
        yield recipient;
      }
    };
    expect(await scene.create(one())).toMatchObject({ uniqueRecipients: 3 });
    expect(read).toBe(3);
    expect(await scene.create(oneByOne(recipientsOf(3, 3)))).toMatchObject({ uniqueRecipients: 3 });
    expect(await scene.create(new Set(recipientsOf(4)))).toMatchObject({ uniqueRecipients: 4 });
  });

  it('is at most as many as the caller wants, doubles included, and no more are read', async () => {
    const read: number[] = [];
    const endless = function* () {
      for (let index = 0; ; index += 1) {
        read.push(index);
        yield recipientOf(0);
      }
    };
    expect(await refusal(scene.create(endless(), { maxRecipients: 5 }))).toMatchObject({
      code: 'TOO_MANY_RECIPIENTS',
      most: 5,
    });
    expect(read).toHaveLength(6);
    // The length of an array is known: no recipient is read.
    const unread = Array.from({ length: 6 }, () => ({
      get phone(): string {
        throw new Error('It was read.');
      },
    }));
    expect(await refusal(scene.create(unread, { maxRecipients: 5 }))).toMatchObject({ code: 'TOO_MANY_RECIPIENTS' });
    expect(await scene.create(recipientsOf(5), { maxRecipients: 5 })).toMatchObject({ uniqueRecipients: 5 });
  });

  it.each([
    ['name', ['', ' x', 'x'.repeat(256), 5]],
    [
      'scheduledAt',
      ['2026', '2099-01-01', '2099-01-01T00:00:00', 'tomorrow', 5, new Date(NaN), new Date('2020-01-01')],
    ],
    ['onQuotaExceeded', ['refuse', '', 1]],
    ['maxRecipients', [0, -1, NaN, '5']],
    ['template', ['', ' x', 5]],
    ['language', ['', 5]],
    ['phoneNumberId', [5, '']],
  ])('has a right %s', async (path, wrong) => {
    for (const value of wrong) {
      const changes = untyped({ [path]: value });
      expect(await refusal(scene.create(recipientsOf(1), changes))).toMatchObject({
        code: 'VALIDATION_ERROR',
        problems: [{ path }],
      });
      expect(scene.app.get(BulkTargets).check(scene.input([], changes))).toMatchObject([{ path }]);
    }
  });

  it('is rejected with all problems of its other input at once', async () => {
    const wrong = untyped({ name: '', scheduledAt: 'x', template: '', onQuotaExceeded: 'x', maxRecipients: 0 });
    const error = await refusal(scene.create(recipientsOf(1), wrong));
    expect(error).toHaveProperty('problems.length', 5);
    expect(scene.app.get(BulkTargets).check(scene.input(recipientsOf(1), { name: 'Right' }))).toEqual([]);
  });

  it.each([
    ['a template', { template: 'no_such_template' }, 'TEMPLATE_NOT_FOUND'],
    ['a template in this language', { language: 'pt_BR' }, 'TEMPLATE_NOT_FOUND'],
    ['a phone number', { phoneNumberId: '999' }, 'PHONE_NUMBER_NOT_FOUND'],
    ['a workspace', { workspace: 'nobody' }, 'WORKSPACE_NOT_FOUND'],
  ])('is from what there is: %s', async (_, changes, code) => {
    expect(await refusal(scene.create(recipientsOf(1), changes))).toMatchObject({ code });
  });

  it.each(['PENDING', 'REJECTED', 'PAUSED', 'DISABLED'])('is no template that is %s', async (status) => {
    const name = `template_${status.toLowerCase()}`;
    meta.account.addTemplate({ ...sampleTemplates.named, id: undefined, name, status });
    expect(await refusal(scene.create(recipientsOf(1), { template: name }))).toMatchObject({
      code: 'TEMPLATE_NOT_APPROVED',
      status,
    });
  });
});
