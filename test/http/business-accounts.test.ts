import { AccountsService, ApiKeysService, MessageEntity, TemplatesService } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneAdapter, type Answer, TestApp } from '../support/test-app.js';

const ACCOUNTS = '/api/v1/business-accounts/';

function send(through: TestApp, from: string | undefined, to: string | undefined): Promise<Answer> {
  return through.call('POST', '/api/v1/meta-templates/send/', {
    phone_number_id: from,
    template_name: sampleTemplates.named.name,
    language: sampleTemplates.named.language,
    recipient_phone: to,
    variables: { name: 'Juan', company: 'Mi Empresa' },
  });
}

type Variable = [name: string, type: string, position: number, isRequired: boolean, component: string];

function template(name: string, category: string, variables: Variable[]) {
  return {
    name,
    language: 'en_US',
    category,
    variables: variables.map(([variable, type, position, isRequired, component]) => ({
      name: variable,
      type,
      position,
      isRequired,
      component,
    })),
  };
}

function quotasOf(body: { businessAccounts: { phoneNumbers: { quota: object }[] }[] }): object[] {
  return body.businessAccounts.flatMap(({ phoneNumbers }) => phoneNumbers.map((number) => number.quota));
}

const quota = (dailyLimit: number | null, used: number, remaining: number | null, usagePercentage: number) => ({
  dailyLimit,
  uniqueNumbersSent24h: used,
  remaining,
  usagePercentage,
  canSend: true,
});

describe.each(oneAdapter)('GET /business-accounts/ on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;
  let app: TestApp;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ limits: { messagingLimit: false } });
    const account = meta.addAccount({ name: 'Mi Empresa WhatsApp Business', ownerBusinessName: 'Mi Empresa SRL' });
    account.addPhoneNumber({
      displayPhoneNumber: '+54 9 223 675-0780',
      verifiedName: 'Mi Empresa',
      messagingLimit: 'TIER_2K',
    });
    account.addPhoneNumber({
      displayPhoneNumber: '+54 9 223 675-0781',
      messagingLimit: 'TIER_250',
      legacyLimitField: true,
    });
    account.addPhoneNumber({
      displayPhoneNumber: '+54 9 223 675-0782',
      messagingLimit: 'TIER_UNLIMITED',
      qualityRating: 'YELLOW',
    });
    const { named, textHeader, imageHeader, urlButtons, quickReplies, plain } = sampleTemplates;
    for (const fixture of [named, textHeader, imageHeader, urlButtons, quickReplies]) account.addTemplate(fixture);
    account.addTemplate({ ...plain, status: 'REJECTED' });
    app = await TestApp.start({ adapter, meta });
    await app.get(AccountsService).sync();
    await app.get(TemplatesService).sync();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
  });

  const [first, second, third] = [0, 1, 2].map((index) => () => meta.account.phoneNumbers[index]?.id ?? '');
  it('answers as documented', async () => {
    const answer = await app.call('GET', ACCOUNTS);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      companyName: 'Mi Empresa SRL',
      apiKeyName: 'Test key',
      businessAccounts: [
        {
          businessAccountId: 1,
          businessName: 'Mi Empresa WhatsApp Business',
          phoneNumbers: [
            {
              id: 1,
              phoneNumberId: first?.(),
              displayPhoneNumber: '+54 9 223 675-0780',
              verifiedName: 'Mi Empresa',
              isPrimary: true,
              messagingLimitTier: 'TIER_2K',
              qualityRating: 'GREEN',
              quota: quota(2000, 0, 2000, 0),
            },
            {
              id: 2,
              phoneNumberId: second?.(),
              displayPhoneNumber: '+54 9 223 675-0781',
              verifiedName: 'Mi Empresa WhatsApp Business',
              isPrimary: false,
              messagingLimitTier: 'TIER_250',
              qualityRating: 'GREEN',
              quota: quota(250, 0, 250, 0),
            },
            {
              id: 3,
              phoneNumberId: third?.(),
              displayPhoneNumber: '+54 9 223 675-0782',
              verifiedName: 'Mi Empresa WhatsApp Business',
              isPrimary: false,
              messagingLimitTier: 'TIER_UNLIMITED',
              qualityRating: 'YELLOW',
              quota: quota(null, 0, null, 0),
            },
          ],
          templates: [
            template('appointment_reminder', 'UTILITY', [
              ['1', 'TEXT', 1, true, 'BODY'],
              ['2', 'TEXT', 2, true, 'BODY'],
              ['button_0', 'TEXT', 1, false, 'BUTTON'],
              ['button_1', 'TEXT', 2, false, 'BUTTON'],
            ]),
            template('order_confirmation', 'UTILITY', [
              ['header_1', 'TEXT', 1, true, 'HEADER'],
              ['1', 'TEXT', 1, true, 'BODY'],
              ['2', 'TEXT', 2, true, 'BODY'],
            ]),
            template('order_shipped', 'UTILITY', [
              ['1', 'TEXT', 1, true, 'BODY'],
              ['button_0', 'TEXT', 1, true, 'BUTTON'],
            ]),
            template('summer_sale', 'MARKETING', [
              ['header_image', 'IMAGE', 1, true, 'HEADER'],
              ['1', 'TEXT', 1, true, 'BODY'],
            ]),
            {
              ...template('welcome_message', 'MARKETING', [
                ['name', 'TEXT', 1, true, 'HEADER'],
                ['name', 'TEXT', 1, true, 'BODY'],
                ['company', 'TEXT', 2, true, 'BODY'],
              ]),
              language: 'es',
            },
          ],
        },
      ],
    });
    expect((await app.call('GET', ACCOUNTS.slice(0, -1))).body).toEqual(answer.body);
  });

  it('counts the people whom the business portfolio wrote to against the limit of each number', async () => {
    const portfolio = meta.addAccount({ ownerBusinessId: meta.account.ownerBusinessId });
    portfolio.addPhoneNumber();
    portfolio.addTemplate({ ...sampleTemplates.named, id: undefined });
    const options = { accounts: [meta.account, portfolio].map(accountOptions) };
    await using both = await TestApp.start({ adapter, meta, options });
    await both.get(AccountsService).sync();
    const people = ['+5491112345601', '+5491112345602', '+5491112345603'];
    const sends = [
      [first?.(), people[0]],
      [first?.(), people[0]],
      [second?.(), people[0]],
      [second?.(), people[1]],
      [portfolio.phoneNumbers[0]?.id, people[2]],
    ] as const;
    for (const [from, to] of sends) expect(await send(both, from, to)).toMatchObject({ status: 200 });
    // Meta took neither of these: one was refused, one before yesterday.
    meta.faults.nextSend({ kind: 'error', code: 131026 });
    await send(both, first?.(), '+5491112345604');
    const rows = both.get(DataSource).getRepository(MessageEntity);
    const old = await send(both, first?.(), '+5491112345605');
    await rows.update({ wamid: old.body.message_id }, { sentAt: new Date(Date.now() - 24 * 3_600_000 - 1) });

    const { body } = await both.call('GET', ACCOUNTS);
    expect(quotasOf(body)).toEqual([
      quota(2000, 3, 1997, 0.2),
      quota(250, 3, 247, 1.2),
      quota(null, 3, null, 0),
      quota(250, 3, 247, 1.2),
    ]);
  });

  it('says when a number can send to no one new', async () => {
    const tiny = meta.addAccount();
    tiny.addPhoneNumber({ messagingLimit: 'TIER_2' });
    tiny.addTemplate({ ...sampleTemplates.named, id: undefined });
    await using full = await TestApp.start({ adapter, meta, options: { accounts: [accountOptions(tiny)] } });
    await full.get(AccountsService).sync();
    for (const recipient of ['+5491112345601', '+5491112345602', '+5491112345603']) {
      expect(await send(full, tiny.phoneNumbers[0]?.id, recipient)).toMatchObject({ status: 200 });
    }
    const { body } = await full.call('GET', ACCOUNTS);
    expect(quotasOf(body)).toEqual([{ ...quota(2, 3, 0, 150), canSend: false }]);
  });

  it('answers before Meta was asked, with what is known', async () => {
    await using fresh = await TestApp.start({ adapter, meta });
    const { status, body } = await fresh.call('GET', ACCOUNTS);
    expect(status).toBe(200);
    expect(body.companyName).toBe('default');
    expect(body.businessAccounts).toMatchObject([{ businessName: null, templates: [] }]);
    expect(body.businessAccounts[0].phoneNumbers[0]).toEqual({
      id: 1,
      phoneNumberId: first?.(),
      displayPhoneNumber: null,
      verifiedName: null,
      isPrimary: true,
      messagingLimitTier: null,
      qualityRating: null,
      quota: quota(null, 0, null, 0),
    });
  });

  it('leaves out a number that Meta no longer lists and a template that it no longer has', async () => {
    const shop = meta.addAccount();
    shop.addPhoneNumber();
    shop.addPhoneNumber();
    const listed = shop.addTemplate({ ...sampleTemplates.plain, id: undefined });
    await using changing = await TestApp.start({ adapter, meta, options: { accounts: [accountOptions(shop)] } });
    const sync = async () => {
      await changing.get(AccountsService).sync();
      await changing.get(TemplatesService).sync();
      const { body } = await changing.call('GET', ACCOUNTS);
      const [{ phoneNumbers, templates }] = body.businessAccounts;
      return [phoneNumbers.length, templates.length];
    };
    expect(await sync()).toEqual([2, 1]);
    shop.phoneNumbers.pop();
    shop.removeTemplate(listed);
    expect(await sync()).toEqual([1, 0]);
  });

  it('lists nothing for a workspace without accounts', async () => {
    const { key } = await app.get(ApiKeysService).create({ name: 'Empty key', workspace: 'empty' });
    const answer = await app.call('GET', ACCOUNTS, undefined, { 'x-api-key': key });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({ companyName: 'empty', apiKeyName: 'Empty key', businessAccounts: [] });
  });

  it('answers 401 without a key', async () => {
    expect(await app.call('GET', ACCOUNTS, undefined, { 'x-api-key': '' })).toMatchObject({ status: 401 });
  });

  function accountOptions({ id }: { readonly id: string }) {
    return { businessAccountId: id, accessToken: meta.accessToken };
  }
});
