import type { INestApplication } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiKeyAbility } from '../../lib/auth/ability.js';
import { ApiKeyGuard } from '../../lib/auth/api-key.guard.js';
import { sqlite } from '../support/databases/sqlite.js';
import type { FreshDatabase } from '../support/databases/test-database.js';
import { type ApiKeyProcess, startProcess } from './api-key-process.js';
import { adapters, hostGuard, startGuardedApp } from './guarded-app.js';

const ROUTES = ['GET /caller', 'POST /messages', 'GET /contacts', 'POST /contacts'];

const TABLE: [granted: ApiKeyAbility[], allowed: string[]][] = [
  [['*'], ROUTES],
  [['messages.send'], ['GET /caller', 'POST /messages']],
  [['contacts.read'], ['GET /caller', 'GET /contacts']],
  [['contacts.create'], ['GET /caller', 'POST /contacts']],
  [['templates.read', 'messages.read'], ['GET /caller']],
];

async function allowedRoutes(url: string, headers?: Record<string, string>): Promise<string[]> {
  const answers = ROUTES.map(async (route) => {
    const [method, path] = route.split(' ');
    const { ok } = await fetch(`${url}${path}`, { method, headers });
    return ok ? [route] : [];
  });
  return (await Promise.all(answers)).flat();
}

describe.each(adapters)('AbilityGuard on $title', (adapter) => {
  let fresh: FreshDatabase;
  let keys: ApiKeyProcess;
  let app: INestApplication | undefined;

  beforeAll(async () => {
    fresh = await sqlite.create();
    keys = await startProcess(fresh);
  });
  afterEach(() => app?.close());
  afterAll(async () => {
    await keys.stop();
    await fresh.drop();
  });

  const start = async (guard: Parameters<typeof startGuardedApp>[1]) => {
    const started = await startGuardedApp(adapter, guard, keys.apiKeys);
    app = started.app;
    return started.url;
  };

  it.each(TABLE)('lets a key with %j do what it may', async (abilities, allowed) => {
    const { key } = await keys.apiKeys.create({ name: 'Able', abilities });
    expect(await allowedRoutes(await start(ApiKeyGuard), { 'X-API-Key': key })).toEqual(allowed);
  });

  it.each(TABLE)("lets a host's own caller with %j do what it may", async (abilities, allowed) => {
    expect(await allowedRoutes(await start(hostGuard({ workspace: 'shop', abilities })))).toEqual(allowed);
  });

  it('lets everything pass in the default workspace where a host guards without naming a caller', async () => {
    const url = await start(hostGuard(undefined));
    expect(await allowedRoutes(url)).toEqual(ROUTES);
    expect(await (await fetch(`${url}/caller`)).json()).toEqual({ workspace: 'default', abilities: ['*'] });
  });

  it('says which ability is lacking', async () => {
    const url = await start(hostGuard({ workspace: 'shop', abilities: ['contacts.read'] }));
    const response = await fetch(`${url}/contacts`, { method: 'POST' });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      name: 'ForbiddenError',
      code: 'FORBIDDEN',
      ability: 'contacts.create',
      message: expect.stringContaining('"contacts.create"'),
    });
  });
});
