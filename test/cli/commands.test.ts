import { readFileSync } from 'node:fs';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { ConversationsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { USER_PAGES } from '../docs/pages.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { RecordingTerminal, runCli } from './run-cli.js';

const TO = '+5491112345678';
const HOOK = '/whatsapp/webhook';

let meta: GraphApiServer;
let app: TestApp;
let environment: Record<string, string>;

beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
  app = await TestApp.start({
    meta,
    options: {
      accounts: (optionsFor(meta).accounts ?? []).map((account) => ({ ...account, appSecret: meta.appSecret })),
      surfaces: { webhook: true },
      webhook: { verifyToken: 'the-verify-token' },
    },
  });
  environment = {
    WHATSAPP_GRAPH_URL: meta.url,
    WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
    WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumber.id,
    WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    WHATSAPP_APP_SECRET: meta.appSecret,
    WHATSAPP_VERIFY_TOKEN: 'the-verify-token',
  };
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await meta.close();
});

const run = (argv: readonly string[], more: Readonly<Record<string, string | undefined>> = {}) =>
  runCli(argv, new RecordingTerminal({ environment: { ...environment, ...more } }));

describe('The pages', () => {
  const page = USER_PAGES.map((name) => readFileSync(name, 'utf8')).join('\n');
  const lines = [...page.matchAll(/<!-- command line -->\n\n```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );

  it.each([...new Set(lines)])('show a command that works: %s', async (line) => {
    const [, input, command = ''] = /^(?:echo -n '([^']*)' \| )?npx nestjs-whatsapp (.*)$/.exec(line) ?? [];
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);
    const argv = words.map((word) => word.replace('http://localhost:3000', app.url));
    meta.account.isSubscribed = true;
    meta.webhooks = { url: app.url + HOOK };
    meta.phoneNumber.openWindow(TO);
    const terminal = new RecordingTerminal({ environment, input });
    expect(await runCli(argv, terminal)).toMatchObject({ exitCode: 0, errors: '' });
    expect(terminal.printed).not.toContain(meta.accessToken);
    meta.webhooks = undefined;
  });
});

describe('send', () => {
  it('fills a template with values by name', async () => {
    const values = JSON.stringify({ name: 'Ana', company: 'Acme' });
    const { printed } = await run(['send', TO, '--template', 'welcome_message', '--variables', values]);
    expect(printed).toContain('Gracias Ana por unirte a Acme.');
    const message = meta.messagesTo(TO).at(-1);
    expect(printed).toContain(`Accepted by Meta: ${message?.id}`);
    expect(message?.body).toMatchObject({ to: TO, type: 'template', template: { name: 'welcome_message' } });
  });

  it.each([
    [
      'a value that is missing',
      ['--template', 'welcome_message', '--variables', '{"name":"Ana"}'],
      'variables.company',
      1,
    ],
    ['a name with a typo', ['--template', 'welcome_mesage'], 'Did you mean "welcome_message"?', 1],
    ['a language that is not there', ['--template', 'welcome_message', '--language', 'fr'], 'it has es', 1],
    ['values that are no JSON', ['--template', 'welcome_message', '--variables', 'name=Ana'], 'must be JSON', 2],
    ['a text and a template', ['--template', 'welcome_message', '--text', 'Hi'], 'exclude each other', 2],
  ])('sends nothing with %s', async (_case, flags, words, exitCode) => {
    const before = meta.messageCount;
    const result = await run(['send', TO, ...flags]);
    expect(result.errors).toContain(words);
    expect(result.exitCode).toBe(exitCode);
    expect(meta.messageCount).toBe(before);
  });

  it('takes national numbers of the default country, and no others', async () => {
    const sent = await run(['send', '11 5555-0001', '--text', 'Hi'], { WHATSAPP_DEFAULT_COUNTRY: 'AR' });
    expect(sent).toMatchObject({ exitCode: 0, printed: expect.stringContaining('within 24 hours') });
    expect(meta.requestsTo('/messages', 'POST').at(-1)?.body).toMatchObject({ to: expect.stringMatching(/^\+549?11/) });
    expect(await run(['send', '12', '--text', 'Hi'])).toMatchObject({ exitCode: 2 });
  });

  it('proves its calls where the app demands it, and needs no number where there is one', async () => {
    await using strict = await GraphApiServer.start({ sample: true, requireAppSecretProof: true });
    const settings = {
      WHATSAPP_GRAPH_URL: strict.url,
      WHATSAPP_BUSINESS_ACCOUNT_ID: strict.account.id,
      WHATSAPP_PHONE_NUMBER_ID: undefined,
      WHATSAPP_ACCESS_TOKEN: strict.accessToken,
      WHATSAPP_APP_SECRET: strict.appSecret,
    };
    expect(await run(['send', TO], settings)).toMatchObject({ exitCode: 0, errors: '' });
    expect(strict.sendsTo(TO)).toBe(1);
  });
});

describe('templates', () => {
  it('names what each one takes', async () => {
    const { printed } = await run(['templates', '--json']);
    const listed: { name: string; variables: string[] }[] = JSON.parse(printed);
    expect(listed).toHaveLength(meta.account.templates.length);
    expect(listed.find(({ name }) => name === 'welcome_message')?.variables).toEqual(['name', 'company']);
    expect((await run(['templates', '--status', 'rejected'])).printed).toContain('None of the');
  });

  it('says which setting is missing', async () => {
    const { errors, exitCode } = await run(['templates'], { WHATSAPP_ACCESS_TOKEN: undefined });
    expect(errors).toContain('WHATSAPP_ACCESS_TOKEN');
    expect(exitCode).toBe(2);
  });
});

describe('webhook', () => {
  it('has a customer write to the app', async () => {
    await run(['webhook', 'send', app.url + HOOK, '--from', '+16505551234', '--text', 'Hello there']);
    await expect
      .poll(() => app.get(ConversationsService).list({}))
      .toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ lastMessage: 'Hello there' })]) });
  });

  it('says that the app has another secret, or another verify token', async () => {
    const wrong = await run(['webhook', 'send', app.url + HOOK], { WHATSAPP_APP_SECRET: 'another-secret' });
    expect(wrong).toMatchObject({ exitCode: 1, printed: expect.stringContaining('another app secret') });
    const refused = await run(['webhook', 'verify', app.url + HOOK], { WHATSAPP_VERIFY_TOKEN: 'another' });
    expect(refused).toMatchObject({ exitCode: 1, errors: expect.stringContaining('refuses the verify token') });
  });

  it('asks before it subscribes', async () => {
    meta.account.isSubscribed = false;
    const no = new RecordingTerminal({ environment, says: false });
    expect(await runCli(['webhook', 'subscribe'], no)).toMatchObject({ exitCode: 1 });
    expect(no.questions).toHaveLength(1);
    expect(meta.account.isSubscribed).toBe(false);
    await runCli(['webhook', 'subscribe'], new RecordingTerminal({ environment, says: true }));
    expect(meta.account.isSubscribed).toBe(true);
  });
});

describe('demo', () => {
  it('prints settings with which the other commands work, until it is ended', async () => {
    const ending = new AbortController();
    const terminal = new RecordingTerminal({ ending: ending.signal });
    const running = runCli(['demo', '--port', '0'], terminal);
    await expect.poll(() => terminal.printed).toContain('WHATSAPP_VERIFY_TOKEN=');
    const printed = Object.fromEntries(
      [...terminal.printed.matchAll(/^(WHATSAPP_\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const sent = await runCli(['send', TO], new RecordingTerminal({ environment: printed }));
    expect(sent).toMatchObject({ exitCode: 0 });
    await expect.poll(() => terminal.printed).toContain(`template to ${TO}: wamid.`);
    ending.abort();
    expect(await running).toMatchObject({ exitCode: 0 });
  });
});

describe('a command that is written wrongly', () => {
  it.each([
    [['docter'], 'Did you mean doctor?'],
    [['doctor', '--jsn'], 'Did you mean --json?'],
    [['webhook', 'verfy', 'http://localhost'], 'Did you mean verify?'],
    [['send'], "missing required argument 'phone'"],
    [['demo', '--port', 'http'], '--port must be a number'],
    [['doctor', '--env-file', 'not-there.env'], 'cannot be read'],
  ])('ends with 2 and a hint: %j', async (argv, words) => {
    const { errors, exitCode } = await run(argv);
    expect(errors).toContain(words);
    expect(exitCode).toBe(2);
  });

  it('has help for every command', async () => {
    for (const argv of [['--help'], ['doctor', '--help'], ['webhook', 'send', '--help'], ['--version']]) {
      expect(await run(argv)).toMatchObject({ exitCode: 0, errors: '' });
    }
  });
});
