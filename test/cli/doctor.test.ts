import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctor, type DoctorFlags, type Machine } from '../../lib/cli/doctor/doctor.command.js';
import type { Finding } from '../../lib/cli/doctor/examination.js';
import { PROBLEMS, type ProblemName } from '../../lib/cli/doctor/problems.js';
import { sqlite } from '../support/databases/sqlite.js';
import type { FreshDatabase } from '../support/databases/test-database.js';
import { freePort } from '../support/services/free-port.js';
import { TestApp } from '../support/test-app.js';
import { RecordingTerminal } from './run-cli.js';

const VERIFY_TOKEN = 'the-verify-token';
const PATH = '/whatsapp/webhook';

let fresh: FreshDatabase;
let app: TestApp;

beforeAll(async () => {
  fresh = await sqlite.create();
  app = await TestApp.start({
    database: fresh.options,
    options: { surfaces: { webhook: true }, webhook: { verifyToken: VERIFY_TOKEN } },
  });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await fresh.drop();
});

/** A set-up in which all is right, and what a test makes wrong of it. */
class SetUp {
  readonly environment: Record<string, string | undefined>;
  machine: Machine = { now: Date.now, nodeVersion: '20.19.0' };
  flags: DoctorFlags = {};

  constructor(readonly meta: GraphApiServer) {
    meta.account.isSubscribed = true;
    meta.webhooks = { url: app.url + PATH };
    this.environment = {
      WHATSAPP_GRAPH_URL: meta.url,
      WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
      WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumber.id,
      WHATSAPP_ACCESS_TOKEN: meta.accessToken,
      WHATSAPP_APP_SECRET: meta.appSecret,
      WHATSAPP_VERIFY_TOKEN: VERIFY_TOKEN,
      DATABASE_URL: fresh.url,
    };
  }

  get secrets(): string[] {
    const { WHATSAPP_ACCESS_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN } = this.environment;
    return [WHATSAPP_ACCESS_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN].filter((one) => one !== undefined);
  }

  async examine(flags: DoctorFlags = this.flags) {
    const terminal = new RecordingTerminal({ environment: this.environment });
    const exitCode = await doctor(flags, terminal, this.machine);
    return { exitCode, printed: terminal.printed };
  }

  async findings(): Promise<readonly Finding[]> {
    const { printed } = await this.examine({ ...this.flags, json: true });
    const { findings }: { findings: Finding[] } = JSON.parse(printed);
    return findings;
  }
}

async function setUp(): Promise<SetUp & AsyncDisposable> {
  const meta = await GraphApiServer.start({ sample: true });
  return Object.assign(new SetUp(meta), { [Symbol.asyncDispose]: () => meta.close() });
}

/** Each problem that the doctor knows, made. An evicting Redis has a test with a server of its own. */
const SEEDS: Readonly<Record<Exclude<ProblemName, 'redis-evicting'>, (scene: SetUp) => void | Promise<void>>> = {
  'node-too-old': (scene) => void (scene.machine = { ...scene.machine, nodeVersion: '20.18.1' }),
  'settings-missing': ({ environment }) => void delete environment['WHATSAPP_BUSINESS_ACCOUNT_ID'],
  'settings-malformed': ({ environment, meta }) =>
    void (environment['WHATSAPP_PHONE_NUMBER_ID'] = meta.phoneNumber.displayPhoneNumber),
  'graph-version-old': ({ environment }) => void (environment['WHATSAPP_GRAPH_VERSION'] = 'v19.0'),
  'meta-unreachable': async ({ environment }) =>
    void (environment['WHATSAPP_GRAPH_URL'] = `http://127.0.0.1:${await freePort()}`),
  'clock-off': (scene) => void (scene.machine = { ...scene.machine, now: () => Date.now() + 600_000 }),
  'token-invalid': ({ environment }) => void (environment['WHATSAPP_ACCESS_TOKEN'] = 'EAAanother'),
  'token-expires': ({ meta }) => void (meta.app.tokenExpiresAt = Date.now() + 3_600_000),
  'token-missing-permission': ({ meta }) => void (meta.app.permissions = ['whatsapp_business_management']),
  'app-secret-missing': async ({ environment }) => {
    const strict = await GraphApiServer.start({ sample: true, requireAppSecretProof: true });
    strictServers.push(strict);
    Object.assign(environment, { WHATSAPP_GRAPH_URL: strict.url, WHATSAPP_ACCESS_TOKEN: strict.accessToken });
    delete environment['WHATSAPP_APP_SECRET'];
  },
  'app-secret-wrong': ({ environment }) => void (environment['WHATSAPP_APP_SECRET'] = '0'.repeat(32)),
  'account-not-visible': ({ environment }) => void (environment['WHATSAPP_BUSINESS_ACCOUNT_ID'] = '123456789'),
  'account-restricted': ({ meta }) => void (meta.account.status = 'DISABLED'),
  'payment-missing': ({ meta }) => void (meta.account.hasPaymentMethod = false),
  'phone-number-not-in-account': ({ environment, meta }) =>
    void (environment['WHATSAPP_PHONE_NUMBER_ID'] = meta.account.id),
  'phone-number-not-registered': ({ meta }) => void (meta.phoneNumber.status = 'PENDING'),
  'phone-number-restricted': ({ meta }) => void (meta.phoneNumber.status = 'BANNED'),
  'display-name-declined': ({ environment, meta }) => {
    const declined = meta.account.addPhoneNumber({ nameStatus: 'DECLINED' });
    environment['WHATSAPP_PHONE_NUMBER_ID'] = declined.id;
  },
  'quality-low': ({ meta }) => void (meta.phoneNumber.qualityRating = 'RED'),
  'template-missing': (scene) => void (scene.flags = { template: 'hello_wrold' }),
  'template-not-approved': (scene) => {
    for (const template of scene.meta.account.templates) template.status = 'PAUSED';
    scene.flags = { template: 'hello_world', language: 'en_US' };
  },
  'webhook-not-subscribed': ({ meta }) => void (meta.account.isSubscribed = false),
  'webhook-not-configured': ({ meta }) => void (meta.webhooks = undefined),
  'webhook-field-missing': ({ meta }) => void (meta.app.webhookFields = ['account_update']),
  'webhook-goes-elsewhere': ({ meta, environment }) => {
    environment['WHATSAPP_WEBHOOK_URL'] = app.url + PATH;
    meta.phoneNumber.callbackOverride = 'https://example.com/whatsapp/webhook';
  },
  'webhook-unreachable': ({ meta }) => void (meta.webhooks = { url: `${app.url}/not-there` }),
  'webhook-verify-token-wrong': ({ environment }) => void (environment['WHATSAPP_VERIFY_TOKEN'] = 'another-token'),
  'database-unreachable': ({ environment }) => void (environment['DATABASE_URL'] = 'sqlite:/nowhere/app.sqlite'),
  'migrations-missing': async ({ environment }) => void (environment['DATABASE_URL'] = (await emptyDatabase()).url),
  'redis-unreachable': async ({ environment }) =>
    void (environment['REDIS_URL'] = `redis://:a-password@127.0.0.1:${await freePort()}`),
};

const strictServers: GraphApiServer[] = [];
let empty: FreshDatabase | undefined;

async function emptyDatabase(): Promise<FreshDatabase> {
  empty ??= await sqlite.createEmpty();
  await writeFile(empty.url.slice('sqlite:'.length), '');
  return empty;
}

afterAll(async () => {
  for (const server of strictServers) await server.close();
  await empty?.drop();
});

/** Where one problem brings another one along. */
const ALSO: Readonly<Record<string, readonly ProblemName[]>> = {
  'settings-malformed': ['phone-number-not-in-account'],
};

describe('doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    await using scene = await setUp();
    const { exitCode, printed } = await scene.examine();
    expect(printed).toContain('No problem was found.');
    expect(exitCode).toBe(0);
    const findings = await scene.findings();
    expect(findings.filter(({ status }) => status !== 'ok').map(({ check }) => check)).toEqual(['Redis']);
  });

  it.each(Object.entries(SEEDS))('names %s, and says how to mend it', async (name, seed) => {
    await using scene = await setUp();
    await seed(scene);
    const { exitCode, printed } = await scene.examine();
    expect(exitCode).toBe(1);
    const found = (await scene.findings()).flatMap((finding) => (finding.status === 'problem' ? [finding] : []));
    expect(found.map(({ problem }) => problem)).toEqual([name, ...(ALSO[name] ?? [])]);
    expect(printed).toContain(found[0]?.mend);
    for (const secret of [...scene.secrets, 'a-password']) expect(printed).not.toContain(secret);
  });

  it('asks Meta to change nothing', async () => {
    await using scene = await setUp();
    await scene.examine();
    expect(new Set(scene.meta.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('asks which template was meant, and names the ids that there are', async () => {
    await using scene = await setUp();
    scene.flags = { template: 'hello_wrold' };
    expect((await scene.examine()).printed).toContain('Did you mean "hello_world"?');
    scene.environment['WHATSAPP_PHONE_NUMBER_ID'] = '987654321';
    expect((await scene.examine()).printed).toContain(`It has ${scene.meta.phoneNumber.id} (`);
  });

  it('proves its calls where the app demands it', async () => {
    await using meta = await GraphApiServer.start({ sample: true, requireAppSecretProof: true });
    const scene = new SetUp(meta);
    expect(await scene.examine()).toMatchObject({ exitCode: 0 });
  });

  it('hides a token that Meta repeats', async () => {
    await using meta = await GraphApiServer.start({
      sample: true,
      isMalformedToken: (token) => token.startsWith('bad'),
    });
    const scene = new SetUp(meta);
    scene.environment['WHATSAPP_ACCESS_TOKEN'] = 'bad-but-secret';
    const { printed } = await scene.examine();
    expect(printed).toContain('Malformed access token');
    expect(printed).not.toContain('bad-but-secret');
  });

  it('waits for no answer of what is not there: the rest is not checked', async () => {
    const terminal = new RecordingTerminal({ environment: { WHATSAPP_GRAPH_URL: 'nonsense' } });
    expect(await doctor({ json: true }, terminal)).toBe(1);
    const { findings }: { findings: Finding[] } = JSON.parse(terminal.printed);
    const notChecked = findings.filter(({ status }) => status === 'not-checked').map(({ check }) => check);
    expect(notChecked).toContain('Access token');
    expect(notChecked).toContain('Redis');
  });

  it('takes an address that answers something else for none', async () => {
    await using scene = await setUp();
    const other = createServer((_request, response) => response.end('Welcome')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    scene.environment['WHATSAPP_WEBHOOK_URL'] = `http://127.0.0.1:${typeof address === 'object' && address?.port}`;
    scene.meta.webhooks = { url: scene.environment['WHATSAPP_WEBHOOK_URL'] };
    expect((await scene.examine()).printed).toContain('answers, but not with the challenge.');
    other.close();
  });
});

it('The page names every problem of the doctor', () => {
  const page = readFileSync('docs/command-line.md', 'utf8');
  const named = [...page.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(Object.keys(PROBLEMS)));
});
