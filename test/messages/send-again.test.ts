import { BulkService, MessageEntity, MessagesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestApp } from '../support/test-app.js';

const PHONE = '+5491155550001';

describe('A message that failed', () => {
  let app: TestApp;
  let messages: MessagesService;

  beforeAll(async () => {
    app = await TestApp.start();
    messages = app.get(MessagesService);
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => {
    app.meta.clear();
    app.meta.phoneNumber.openWindow(PHONE);
  });

  const failing = async (send: () => Promise<unknown>): Promise<number> => {
    app.meta.faults.nextSend({ kind: 'error', code: 131000 });
    await expect(send()).rejects.toThrow('131000');
    const [failed] = (await messages.list({ status: 'failed', limit: 1 })).items;
    return failed?.id ?? 0;
  };
  const template = () =>
    messages.sendTemplate({
      to: PHONE,
      template: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      variables: { name: 'Ana', company: 'Acme' },
    });

  const refused = (id: number, options = {}) =>
    messages.sendAgain(id, options).then(
      () => 'sent',
      ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
    );

  it('is sent again with its content, as a new one', async () => {
    const id = await failing(template);
    const again = await messages.sendAgain(id);
    expect(again).toMatchObject({
      status: 'sent',
      templateName: 'welcome_message',
      content: { variables: { name: 'Ana' } },
    });
    expect(again.id).not.toBe(id);
    const [first, second] = app.meta.messagesTo(PHONE);
    expect(second ?? first).toMatchObject({ body: { template: { name: 'welcome_message' } } });
    expect((await messages.get(id)).status).toBe('failed');
  });

  it('is sent again once, however often it is asked for', async () => {
    const id = await failing(() => messages.sendText({ to: PHONE, text: { body: 'Hello' } }));
    const [first, second] = [await messages.sendAgain(id), await messages.sendAgain(id)];
    expect(second.id).toBe(first.id);
    expect(first).toMatchObject({ type: 'text', content: { body: 'Hello' } });
    expect(app.meta.messageCount).toBe(1);
  });

  it('is not sent again where that makes no sense, and says why', async () => {
    const { id: sent } = await template();
    expect(await refused(sent)).toMatch(/^NOT_REPEATABLE: Message \d+ is \w+: only a message that failed/);
    const id = await failing(template);
    const rows = app.get(DataSource).getRepository(MessageEntity);
    await rows.update(id, { errorCode: 'OUTCOME_UNKNOWN' });
    expect(await refused(id)).toMatch(/^NOT_REPEATABLE: It is unknown whether/);
    await rows.update(id, { content: null });
    expect(await refused(id, { includeUnknown: true })).toMatch(
      /^NOT_REPEATABLE: The content of message \d+ is not kept/,
    );
    expect(await refused(987_654)).toBe('MESSAGE_NOT_FOUND: There is no message 987654.');
  });

  it('of a bulk send is left to that', async () => {
    app.meta.faults.nextSend({ kind: 'error', code: 131026 });
    const { name, language } = sampleTemplates.named;
    const recipients = [{ phone: PHONE, variables: { name: 'Ana', company: 'Acme' } }];
    const { id } = await app.get(BulkService).create({ template: name, language, recipients });
    await vi.waitUntil(async () => (await app.get(BulkService).get(id)).status === 'FAILED', { timeout: 30_000 });
    const [message] = (await messages.list({ bulkSendId: id })).items;
    await expect(messages.sendAgain(message?.id ?? 0)).rejects.toThrow(`belongs to bulk send ${id}: retry that.`);
  });
});
