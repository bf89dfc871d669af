import { MessagesService, ValidationError } from 'nestjs-whatsapp';
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
