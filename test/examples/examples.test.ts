import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { INestApplication } from '@nestjs/common';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SurfaceName, mountSurfaces } from '../../lib/http/surfaces.js';
import { bootstrap } from '../../sample-app/bootstrap.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { addTemplatesOfExamples } from './templates.js';

const run = promisify(execFile);

interface Running {
  readonly url: string;
  readonly key: string;
  readonly stop: () => Promise<void>;
}

async function startSampleApp(meta: GraphApiServer): Promise<Running> {
  const key = 'a-key-of-the-examples';
  const environment = {
    PORT: '0',
    DATABASE_URL: 'sqlite::memory:',
    WHATSAPP_GRAPH_URL: meta.url,
    WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
    WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumber.id,
    WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    WHATSAPP_API_KEY: key,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const app: INestApplication = await bootstrap(['error', 'fatal']);
  vi.unstubAllEnvs();
  return { url: await app.getUrl(), key, stop: () => app.close() };
}

async function startOnFastify(meta: GraphApiServer): Promise<Running> {
  const surfaces = { metaTemplates: true, conversations: true, messaging: true, workspace: true };
  const app = await TestApp.start({ adapter: 'Fastify', meta, options: { ...optionsFor(meta), surfaces } });
  return { url: app.url, key: app.key, stop: () => app[Symbol.asyncDispose]() };
}

/** Where a surface answers, but for the webhook, which Meta alone calls. */
const routesOf = (surface: SurfaceName) =>
  mountSurfaces({ [surface]: true })
    .flatMap(({ routes }) => routes)
    .filter(({ path }) => !path.endsWith('/webhook'))
    .map(({ method, path }) => ({ method, pattern: new RegExp(`^/${path.replace(/:\w+/g, '[^/]+')}/?$`) }));

describe.each([
  ['the sample app, on Express', startSampleApp],
  ['an app on Fastify', startOnFastify],
])("The documents' examples against %s", (_, start) => {
  let meta: GraphApiServer;
  let app: Running;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    addTemplatesOfExamples(meta.account);
    app = await start(meta);
  });
  afterAll(async () => {
    await app.stop();
    await meta.close();
  });

  const runScript = (surface: SurfaceName, key = app.key) => {
    const script = surface.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const env = { PATH: process.env['PATH'], BASE_URL: app.url, API_KEY: key, SUBDOMAIN: 'default' };
    const numbers = { PHONE_NUMBER_ID: meta.phoneNumber.id, ACCOUNT_ID: '1' };
    const path = join(__dirname, `${script}.sh`);
    return run('bash', [path], { env: { ...env, ...numbers } });
  };

  it.each([
    ['metaTemplates', ['+5491112345678', '+5491187654321', '+5491155555555']],
    ['conversations', ['+50212345678', '+50298765432']],
    ['messaging', ['+919876543210']],
    ['workspace', ['+12025550123', '+12025550124']],
  ] as const)('of %s call all that it answers, and are answered with success', async (surface, people) => {
    meta.phoneNumber.openWindow('+919876543210'); // Meta lets only people be blocked who wrote
    const { stdout, stderr } = await runScript(surface);
    expect(stdout).not.toMatch(/"success":false|"failed":[1-9]|"status":"error"/);
    const called = Array.from(stderr.matchAll(/^\+ (\S+) ([^?\s]+)/gm), ([, method, path]) => ({ method, path }));
    const missed = routesOf(surface).filter(
      ({ method, pattern }) => !called.some((call) => call.method === method && pattern.test(call.path ?? '')),
    );
    expect(missed).toEqual([]);
    for (const person of people) expect(meta.sendsTo(person)).toBeGreaterThan(0);
  });

  it('end at the first answer that is a refusal, and report it', async () => {
    const refusals = [
      ['metaTemplates', 'GET /api/v1/business-accounts/', 'UNAUTHENTICATED'],
      ['messaging', 'POST /whatsapp/api/send-message/', '{"error":"Unauthorized"}'],
      ['conversations', 'POST /api/whatsapp/send', 'UNAUTHENTICATED'],
      ['workspace', 'POST /api/v1/default/messages/template', 'Invalid API token'],
    ] as const;
    for (const [surface, call, answer] of refusals) {
      const failure: unknown = await runScript(surface, 'nobody').catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 22, stdout: '', stderr: expect.stringContaining(answer) });
      expect(Object(failure).stderr.match(/^\+ .*/gm)).toEqual([`+ ${call}`]);
    }
  });
});
