import { MessagesService, type SendTemplateInput, TemplatesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TemplateSync } from '../../lib/templates/template-sync.js';
import { BulkScene, phoneOf } from '../bulk/bulk-scene.js';

const TO = '+5491112345678';
const body = (text: string) => [{ type: 'BODY', text }];

const inputOf = (template: { name: string }, variables: SendTemplateInput['variables']): SendTemplateInput => ({
  to: TO,
  template: template.name,
  language: 'es',
  variables,
});

/** Meta reports no change here: no webhook is subscribed. */
describe('a template that was changed at Meta without a webhook', () => {
  let scene: BulkScene;
  let meta: GraphApiServer;
  let count = 0;

  beforeAll(async () => {
    scene = await BulkScene.start();
    ({ meta } = scene);
  });
  afterAll(() => scene[Symbol.asyncDispose]());
  beforeEach(() => meta.clear());

  const messages = () => scene.app.get(MessagesService);
  const looks = () => meta.requestsTo('/message_templates', 'GET').length;

  /** One that is known by its first text, and has another at Meta. */
  async function changed(first: string, second: string) {
    count += 1;
    const template = meta.account.addTemplate({ name: `changed_${count}`, language: 'es', components: body(first) });
    await scene.app.get(TemplatesService).sync();
    template.components = body(second);
    meta.clear();
    return template;
  }
  it('is fetched once before a single send is refused, and sent as it is now', async () => {
    const template = await changed('Hola {{1}}, bien.', 'Hola {{1}}, son {{2}} hoy.');
    await messages().sendTemplate(inputOf(template, { 1: 'Ana', 2: 'dos' }));
    expect(meta.messages).toHaveLength(1);
    expect(looks()).toBe(1);
  });

  it('is asked for once by a thousand sends that are refused', async () => {
    const template = await changed('Hola {{1}}, bien.', 'Hola {{1}}, mejor.');
    const wrong = () =>
      messages()
        .sendTemplate(inputOf(template, { other: 'x' }))
        .catch((error: unknown) => error);
    const errors = await Promise.all(Array.from({ length: 500 }, wrong));
    for (let times = 0; times < 500; times += 1) errors.push(await wrong());
    expect(errors.every((error) => error instanceof Error && error.name === 'ValidationError')).toBe(true);
    expect(looks()).toBe(1);
  });

  it('is taken as it was last known while Meta is out of reach', async () => {
    const template = await changed('Hola {{1}}, bien.', 'Hola {{1}}, son {{2}} hoy.');
    const sync = vi.spyOn(scene.app.get(TemplateSync), 'refresh').mockRejectedValue(new Error('Meta is away.'));
    const sending = messages().sendTemplate(inputOf(template, { 1: 'Ana', 2: 'dos' }));
    await expect(sending).rejects.toMatchObject({ problems: [{ path: 'variables.2' }] });
    sync.mockRestore();
  });

  it('is fetched before a bulk send is refused, dry or not, and before one is stored', async () => {
    const template = await changed('Hola {{1}}, bien.', 'Hola {{1}}, son {{2}} hoy.');
    const recipients = [0, 1].map((index) => ({ phone: phoneOf(index), variables: { 1: 'Ana', 2: 'dos' } }));
    const input = { template: template.name, language: 'es', recipients };
    expect(await scene.bulk.dryRun(input)).toMatchObject({ problems: [], uniqueRecipients: 2 });
    const bulkSend = await scene.ended(await scene.bulk.create({ ...input, recipients: recipients.values() }));
    expect(bulkSend).toMatchObject({ status: 'COMPLETED' });
    expect(meta.messages).toHaveLength(2);
    expect(looks()).toBe(1);
  });

  it('is known as it is now after Meta refused a message of the old one', async () => {
    const template = await changed('Hola {{1}}, bien.', 'Hola {{1}}, son {{2}} hoy.');
    const sending = messages().sendTemplate(inputOf(template, { 1: 'Ana' }));
    await expect(sending).rejects.toMatchObject({ metaCode: 132_000 });
    const stored = () => scene.app.get(TemplatesService).get({ name: template.name, language: 'es' });
    await vi.waitFor(async () => expect((await stored()).components).toEqual(template.components));
  });

  it('is known to be paused after Meta refused a message for that', async () => {
    const template = await changed('Hola {{1}}, bien.', 'Hola {{1}}, mejor.');
    template.status = 'PAUSED';
    const sending = messages().sendTemplate(inputOf(template, { 1: 'Ana' }));
    await expect(sending).rejects.toMatchObject({ metaCode: 132_015 });
    await vi.waitFor(async () => {
      const templates = await scene.app.get(TemplatesService).list();
      expect(templates.find(({ name }) => name === template.name)).toMatchObject({ status: 'PAUSED' });
    });
  });

  it('is one of few that are asked for by name when a thousand are unknown', async () => {
    const names = Array.from({ length: 200 }, (_, index) => ({ name: `unknown_${index}` }));
    const errors = await Promise.all(
      names.map((name) =>
        messages()
          .sendTemplate(inputOf(name, {}))
          .catch((error: unknown) => error),
      ),
    );
    expect(errors).toEqual(names.map(() => expect.objectContaining({ code: 'TEMPLATE_NOT_FOUND' })));
    expect(looks()).toBeLessThan(30);
  });
});
