import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { WorkspaceApp } from './workspace-app.js';

const encryptionKeys = [randomBytes(32).toString('base64')];
const template = { name: 'greeting', language: 'es', components: [{ type: 'BODY', text: 'Hola' }] };
const message = { template: 'greeting', language: 'es', to: '+5491112345678' };

describeEachDatabase('AccountsService.remove()', (kind) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await kind.create();
  });
  afterAll(() => database.drop());

  /** An app to which the stand-in's two accounts were added, each with a number and a template. */
  const start = async () => {
    const accounts = ['EAAfirst', 'EAAsecond'].map((accessToken) => ({
      accessToken,
      phoneNumbers: [{}],
      templates: [template],
    }));
    const options = { encryptionKeys };
    const scene = await WorkspaceApp.start({ database, meta: { accounts }, configure: () => null, options });
    for (const { id: businessAccountId, accessToken } of scene.meta.accounts) {
      await scene.accounts.add({ ...scene.here, businessAccountId, accessToken });
    }
    await scene.templates.sync(scene.here);
    return scene;
  };

  it('forgets the account, its token, its numbers and its templates, and keeps its messages', async () => {
    await using scene = await start();
    const [kept, gone] = scene.meta.accounts;
    const phoneNumberId = gone?.phoneNumbers[0]?.id;
    const sent = await scene.messages.sendTemplate({ ...scene.here, ...message, phoneNumberId });
    await scene.accounts.remove(String(gone?.id), scene.here);

    expect(await scene.accounts.list(scene.here)).toMatchObject([{ businessAccountId: kept?.id }]);
    expect(await scene.accounts.phoneNumbers(scene.here)).toMatchObject([{ phoneNumberId: kept?.phoneNumbers[0]?.id }]);
    expect(await scene.templates.list(scene.here)).toMatchObject([{ templateId: kept?.templates[0]?.id }]);
    for (const table of ['business_accounts', 'phone_numbers', 'templates']) {
      const rows = JSON.stringify(await scene.query(`SELECT * FROM whatsapp_${table}`));
      for (const id of [gone?.id, phoneNumberId, gone?.templates[0]?.id]) expect(rows).not.toContain(id);
    }
    expect(await scene.messages.get(sent.id, scene.here)).toMatchObject({ wamid: sent.wamid });
    await expect(scene.accounts.remove(String(gone?.id), scene.here)).rejects.toMatchObject({
      code: 'BUSINESS_ACCOUNT_NOT_FOUND',
    });
  });

  it('lets a number of another account be the primary one at once', async () => {
    await using scene = await start();
    const [kept, gone] = scene.meta.accounts;
    await scene.accounts.makePrimary(String(gone?.phoneNumbers[0]?.id), scene.here);
    // So that what was asked for lately is remembered.
    await expect(scene.accounts.phoneNumber('404404404404404', scene.here)).rejects.toThrow('no phone number');
    await scene.accounts.remove(String(gone?.id), scene.here);
    expect(await scene.messages.sendTemplate({ ...scene.here, ...message })).toMatchObject({
      phoneNumberId: kept?.phoneNumbers[0]?.id,
    });
    const [number] = await scene.accounts.phoneNumbers(scene.here);
    expect(number?.isPrimary).toBe(true);
  });

  it('lets the account be added again', async () => {
    await using scene = await start();
    const { id: businessAccountId, accessToken } = scene.meta.account;
    await scene.accounts.remove(businessAccountId, scene.here);
    await scene.accounts.add({ ...scene.here, businessAccountId, accessToken });
    expect(await scene.accounts.list(scene.here)).toHaveLength(2);
    expect(await scene.messages.sendTemplate({ ...scene.here, ...message })).toMatchObject({ status: 'sent' });
  });

  it('removes nothing of another workspace', async () => {
    await using scene = await start();
    await expect(scene.accounts.remove(scene.meta.account.id)).rejects.toMatchObject({
      code: 'BUSINESS_ACCOUNT_NOT_FOUND',
    });
    expect(await scene.accounts.list(scene.here)).toHaveLength(2);
  });
});
