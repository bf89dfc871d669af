import { randomBytes } from 'node:crypto';
import { Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { AccountsService, MessagesService, WhatsAppModule, type WhatsAppModuleOptions } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lib/errors.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import { optionsFor } from '../support/test-app.js';
import { database, Host, type HostOptions, sampleSend } from './host.js';

let meta: GraphApiServer;

beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterAll(() => meta.close());
beforeEach(() => meta.clear());

/** Starts a host, and has what it injects send. */
async function sendsThrough(options: HostOptions): Promise<number> {
  await using host = await Host.start(options);
  await host.get(MessagesService).sendTemplate(sampleSend.input);
  return meta.sendsTo(sampleSend.input.to);
}

/** A module of the host's that imports nothing. */
function feature() {
  @Injectable()
  class Feature {
    constructor(readonly messages: MessagesService) {}
  }

  @Module({ providers: [Feature] })
  class FeatureModule {}

  return { Feature, FeatureModule };
}

/** Options as they come from JavaScript, JSON or the environment, where no compiler looks. */
function untyped(options: unknown): WhatsAppModuleOptions {
  return JSON.parse(JSON.stringify({ options })).options;
}

async function refusalOf(options: unknown): Promise<ConfigurationError> {
  const imports = [database(), WhatsAppModule.forRootAsync({ useFactory: () => untyped(options) })];
  const error: unknown = await Host.start({ imports }).then(
    (host) => host.app.close(),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ConfigurationError) return error;
  throw new Error('The options were taken, or refused in another way.', { cause: error });
}

describe('options', () => {
  @Injectable()
  class OptionsFactory {
    createWhatsAppOptions(): WhatsAppModuleOptions {
      return optionsFor(meta);
    }
  }

  @Module({ providers: [OptionsFactory], exports: [OptionsFactory] })
  class OptionsModule {}

  it('are given to forRoot', async () => {
    expect(await sendsThrough({ imports: [database(), WhatsAppModule.forRoot(optionsFor(meta))] })).toBe(1);
  });

  it.each<[string, () => Parameters<typeof WhatsAppModule.forRootAsync>[0]]>([
    ['come from a factory', () => ({ useFactory: () => optionsFor(meta) })],
    ['come from a factory that takes its time', () => ({ useFactory: () => Promise.resolve(optionsFor(meta)) })],
    [
      'come from a factory with the ConfigService of the host',
      () => ({
        imports: [ConfigModule.forRoot({ ignoreEnvFile: true, load: [() => ({ graphUrl: meta.url })] })],
        inject: [ConfigService],
        useFactory: (config: ConfigService) => ({
          ...optionsFor(meta),
          graph: { baseUrl: config.getOrThrow<string>('graphUrl') },
        }),
      }),
    ],
    ['come from a class', () => ({ useClass: OptionsFactory })],
    ['come from a provider of the host', () => ({ imports: [OptionsModule], useExisting: OptionsFactory })],
  ])('%s', async (_, options) => {
    expect(await sendsThrough({ imports: [database(), WhatsAppModule.forRootAsync(options())] })).toBe(1);
  });

  it.each([
    ['forRoot', () => WhatsAppModule.forRoot({ ...optionsFor(meta), isGlobal: true })],
    ['forRootAsync', () => WhatsAppModule.forRootAsync({ isGlobal: true, useFactory: () => optionsFor(meta) })],
  ])('make the services of %s injectable everywhere with isGlobal', async (_, whatsapp) => {
    const { Feature, FeatureModule } = feature();
    await using host = await Host.start({ imports: [database(), whatsapp(), FeatureModule] });
    await host.get(Feature).messages.sendTemplate(sampleSend.input);
    expect(meta.sendsTo(sampleSend.input.to)).toBe(1);
  });

  it('keep the services to modules that import them without isGlobal', async () => {
    const { FeatureModule } = feature();
    const started = Host.start({ imports: [database(), WhatsAppModule.forRoot(optionsFor(meta)), FeatureModule] });
    await expect(started).rejects.toThrow(/MessagesService/);
  });
});

describe('accounts', () => {
  it('may be several, with several numbers, in several workspaces', async () => {
    await using server = await GraphApiServer.start();
    const [first, second, third] = [server.addAccount(), server.addAccount(), server.addAccount()];
    const [, a2] = [first.addPhoneNumber(), first.addPhoneNumber(), first.addPhoneNumber()];
    const [b1, b2] = [second.addPhoneNumber(), second.addPhoneNumber()];
    third.addPhoneNumber();
    const account = ({ id }: { id: string }) => ({ businessAccountId: id, accessToken: server.accessToken });
    const options: WhatsAppModuleOptions = {
      ...optionsFor(meta),
      graph: { baseUrl: server.url },
      accounts: [
        { ...account(first), phoneNumberIds: [a2?.id ?? ''], workspace: 'north' },
        { ...account(second), workspace: 'south', phoneNumberIds: [b2?.id ?? '', b1?.id ?? ''] },
        { ...account(third), workspace: 'north' },
      ],
    };
    await using host = await Host.start({ imports: [database(), WhatsAppModule.forRoot(options)] });
    const accounts = host.get(AccountsService);
    await accounts.sync({ workspace: 'north' });
    await accounts.sync({ workspace: 'south' });

    const workspaces = await host.get(WorkspacesService).list();
    expect(workspaces.map(({ name }) => name)).toEqual(['default', 'north', 'south']);
    const idsOf = async (workspace: string) => ({
      accounts: (await accounts.list({ workspace })).map(({ businessAccountId }) => businessAccountId),
      numbers: (await accounts.phoneNumbers({ workspace })).map(({ phoneNumberId }) => phoneNumberId),
    });
    expect(await idsOf('north')).toEqual({
      accounts: [first.id, third.id],
      // Of the first account the one that was asked for, of the third, which asked for none, all.
      numbers: [a2?.id, third.phoneNumbers[0]?.id],
    });
    expect(await idsOf('south')).toEqual({ accounts: [second.id], numbers: [b2?.id, b1?.id] });
    expect(await idsOf('default')).toEqual({ accounts: [], numbers: [] });
    await expect(accounts.phoneNumber(undefined, { workspace: 'north' })).resolves.toMatchObject({
      phoneNumberId: a2?.id,
    });
    await expect(accounts.phoneNumber(undefined, { workspace: 'south' })).resolves.toMatchObject({
      phoneNumberId: b2?.id,
    });
  });

  it('may be none: they can be added later', async () => {
    await using host = await Host.start({ imports: [database(), WhatsAppModule.forRoot({ logger: false })] });
    expect(await host.get(AccountsService).list()).toEqual([]);
  });
});

describe('wrong options', () => {
  const account = { businessAccountId: '1', accessToken: 'token' };
  const wrong: [string, unknown, ...string[]][] = [
    ['no account id', { accounts: [{ accessToken: 'x' }] }, 'accounts[0].businessAccountId', 'BUSINESS_ACCOUNT_ID'],
    ['an account id that is a number', { accounts: [{ ...account, businessAccountId: 5 }] }, 'digits in a string'],
    ['no token', { accounts: [{ businessAccountId: '1' }] }, 'accounts[0].accessToken', 'WHATSAPP_ACCESS_TOKEN'],
    [
      'an empty token',
      { accounts: [account, { businessAccountId: '2', accessToken: ' ' }] },
      'accounts[1].accessToken',
    ],
    [
      'a number for its id',
      { accounts: [{ ...account, phoneNumberIds: ['1', '+54 9 11 1234-5678'] }] },
      'accounts[0].phoneNumberIds[1]',
      'Meta’s id',
    ],
    ['an account twice', { accounts: [account, account] }, 'accounts[1].businessAccountId', 'accounts[0]', 'merge'],
    [
      'a number twice',
      {
        accounts: [
          { ...account, phoneNumberIds: ['7'] },
          { businessAccountId: '2', accessToken: 'x', phoneNumberIds: ['7'] },
        ],
      },
      'accounts[1].phoneNumberIds[0]',
      'accounts[0].phoneNumberIds[0]',
    ],
    ['an account that is no list', { accounts: account }, 'accounts must be an array'],
    [
      'a number that is no list',
      { accounts: [{ ...account, phoneNumberIds: '7' }] },
      'accounts[0].phoneNumberIds',
      'must be an array',
    ],
    ['an encryption key that is no list', { encryptionKeys: 'c2hvcnQ=' }, 'encryptionKeys must be an array'],
    ['a wrong workspace', { accounts: [{ ...account, workspace: 'My Shop' }] }, 'accounts[0].workspace', 'lower-case'],
    ['a short encryption key', { encryptionKeys: ['c2hvcnQ='] }, 'encryptionKeys[0]', 'openssl rand -base64 32'],
    ['no encryption key in the list', { encryptionKeys: [null] }, 'encryptionKeys[0]', 'openssl rand -base64 32'],
    ['no such country', { defaultCountry: 'Argentina' }, 'defaultCountry', '"AR"'],
    ['a negative interval', { refreshInterval: -1 }, 'refreshInterval', 'from 0 to'],
    ['an interval that is too long', { refreshInterval: 2 ** 31 }, 'refreshInterval', 'milliseconds'],
    ['no time at all', { unconfirmedAfter: 0 }, 'unconfirmedAfter', 'from 1 to'],
    ['a time in words', { unconfirmedAfter: '10 minutes' }, 'unconfirmedAfter', 'milliseconds'],
    ['a wrong version', { graph: { version: '25' } }, 'version', 'v25.0'],
    [
      'a wrong base URL',
      { graph: { baseUrl: 'graph.facebook.com' } },
      'graph.baseUrl must be',
      'https://graph.facebook.com',
    ],
    ['a wrong timeout', { graph: { responseTimeout: 0 } }, 'responseTimeout', 'whole number from 1'],
    ['a wrong key prefix', { apiKeys: { prefix: 'my keys ' } }, 'apiKeys.prefix', '0 to 24 letters'],
    ['a wrong number of connections', { graph: { maxConnections: 1.5 } }, 'maxConnections', 'whole number from 1'],
    ['a wrong cache time', { apiKeys: { cacheTtl: -1 } }, 'apiKeys.cacheTtl', 'milliseconds'],
  ];

  it.each(wrong)('such as %s stop the start with what to write', async (_, options, ...texts) => {
    const { message } = await refusalOf(options);
    for (const text of texts) expect(message).toContain(text);
  });

  it('are all named at once', async () => {
    const { message } = await refusalOf({
      accounts: [{ phoneNumberIds: [''] }],
      encryptionKeys: ['x'],
      defaultCountry: 'xx',
      refreshInterval: 0.5,
      graph: { version: '25' },
      apiKeys: { cacheTtl: '2s' },
    });
    const named = message.split('\n').slice(1);
    expect(named.map((line) => line.trim().split(' ', 1)[0])).toEqual([
      'accounts[0].businessAccountId',
      'accounts[0].accessToken',
      'accounts[0].phoneNumberIds[0]',
      'encryptionKeys[0]',
      'defaultCountry',
      'refreshInterval',
      'graph.version',
      'apiKeys.cacheTtl',
    ]);
  });

  it('that a factory forgot to return stop the start', async () => {
    const { message } = await refusalOf(undefined);
    expect(message).toContain('return them from the factory');
  });

  it('do not show a secret in what stops the start', async () => {
    const secret = randomBytes(20).toString('hex');
    const { message } = await refusalOf({
      accounts: [{ businessAccountId: 1, accessToken: secret, appSecret: secret }],
      encryptionKeys: [secret],
    });
    expect(message).toContain('encryptionKeys[0]');
    expect(message).not.toContain(secret);
  });

  it('of a surface that is none stop the start, naming those that there are', () => {
    expect(() => WhatsAppModule.forRoot(untyped({ surfaces: { metaTemplate: true } }))).toThrow(
      /surfaces\.metaTemplate is no surface\. Did you mean "metaTemplates"\?/,
    );
  });
});
