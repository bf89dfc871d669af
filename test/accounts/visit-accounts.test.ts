import { MetaApiError, AccountsService, TemplatesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { expect, it } from 'vitest';
import { optionsFor, TestApp } from '../support/test-app.js';

it('An account that Meta refuses does not keep the others from being fetched', async () => {
  const meta = await GraphApiServer.start();
  const [refused, working] = [meta.addAccount({ accessToken: 'EAAanother' }), meta.addAccount({ name: 'Working' })];
  working.addPhoneNumber();
  working.addSampleTemplates();
  const accounts = [refused, working].map(({ id }) => ({ businessAccountId: id, accessToken: meta.accessToken }));
  const app = await TestApp.start({ meta, options: { ...optionsFor(meta), accounts } });

  await expect(app.get(AccountsService).sync()).rejects.toBeInstanceOf(MetaApiError);
  await expect(app.get(TemplatesService).sync()).rejects.toBeInstanceOf(MetaApiError);

  expect((await app.get(AccountsService).list()).map(({ name }) => name)).toEqual([null, 'Working']);
  expect(await app.get(AccountsService).phoneNumbers()).toHaveLength(1);
  expect(await app.get(TemplatesService).list()).toHaveLength(working.templates.length);
  await app[Symbol.asyncDispose]();
  await meta.close();
});
