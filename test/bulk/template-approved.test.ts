import { TemplatesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { expect, it } from 'vitest';
import { BulkScene, recipientsOf } from './bulk-scene.js';

it('a bulk send goes on when a sync finds its template approved again, and one that a person paused does not', async () => {
  await using scene = await BulkScene.start();
  const { name, language } = sampleTemplates.named;
  const template = scene.meta.account.template(name, language);
  if (!template) throw new Error('The template is missing.');
  const byPerson = await scene.create(recipientsOf(3), { scheduledAt: new Date(Date.now() + 3_600_000) });
  await scene.bulk.pause(byPerson.id);
  template.status = 'PAUSED';
  const byMeta = await scene.create(recipientsOf(3, 10));
  await scene.until(byMeta, ({ status, waiting }) => status === 'PAUSED' && waiting?.reason === 'template_paused');

  template.status = 'APPROVED';
  await scene.app.get(TemplatesService).sync();
  expect(await scene.ended(byMeta)).toMatchObject({ status: 'COMPLETED', counts: { sent: 3 } });
  expect(await scene.bulk.get(byPerson.id)).toMatchObject({ status: 'PAUSED', waiting: { reason: 'paused' } });
});
