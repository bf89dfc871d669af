import { MessagesService, ValidationError, WhatsAppError } from 'nestjs-whatsapp';
import { expect, it } from 'vitest';
import { TestApp } from '../support/test-app.js';
import { welcome } from './template-inputs.js';

it('A send answers with the row as it is stored, null where nothing is yet', async () => {
  await using app = await TestApp.start();
  const sent = await app.get(MessagesService).sendTemplate(welcome());
  expect(sent).toEqual(await app.get(MessagesService).get(sent.id));
});

it.each(['', 'x'.repeat(256)])('A service refuses an idempotency key that HTTP would refuse (%#)', async (key) => {
  await using app = await TestApp.start();
  const idempotency = { key, scope: 'test', body: {} };
  const send = app.get(MessagesService).sendTemplate({ ...welcome(), idempotency });
  await expect(send).rejects.toBeInstanceOf(ValidationError);
  expect(app.meta.messages).toEqual([]);
});

it('A refused send names its row', async () => {
  await using app = await TestApp.start();
  const messages = app.get(MessagesService);
  for (const code of [131026, 130429]) {
    app.meta.faults.nextSend({ kind: 'error', code });
    const error: unknown = await messages.sendTemplate(welcome()).catch((refusal: unknown) => refusal);
    const messageId = error instanceof WhatsAppError ? (error.messageId ?? 0) : 0;
    expect(await messages.get(messageId)).toMatchObject({ status: 'failed', errorCode: String(code) });
  }
});

it('A service that repeats its key sends once', async () => {
  await using app = await TestApp.start();
  const messages = app.get(MessagesService);
  const send = (changes = {}) => messages.sendTemplate({ ...welcome(), idempotency: 'order-1', ...changes });
  const first = await send();
  expect(await send()).toEqual(first);
  expect(app.meta.messages).toHaveLength(1);
  await expect(send({ to: '+5491100000099' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
});
