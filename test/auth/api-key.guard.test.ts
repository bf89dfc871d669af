import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { type INestApplication, Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKeyGuard, type ApiKeyRequest } from '../../lib/auth/api-key.guard.js';
import type { WhatsAppCaller } from '../../lib/auth/caller.js';
import { sqlite } from '../support/databases/sqlite.js';
import type { FreshDatabase } from '../support/databases/test-database.js';
import { type ApiKeyProcess, startProcess } from './api-key-process.js';
import { adapters, startGuardedApp } from './guarded-app.js';

/** A host's guard: the key is in a header of its own, and who has none may read templates. */
@Injectable()
class LenientGuard extends ApiKeyGuard {
  protected override extractKey(request: ApiKeyRequest) {
    const key = request.headers['x-shop-key'];
    return typeof key === 'string' ? key : super.extractKey(request);
  }

  protected override async onMissingKey(request: ApiKeyRequest) {
    await this.attach(request, { workspace: 'public', abilities: ['templates.read'] });
    return true;
  }

  protected override async attach(request: ApiKeyRequest, caller: WhatsAppCaller) {
    await super.attach(request, { ...caller, apiKeyName: `lenient ${caller.apiKeyName ?? 'nobody'}` });
  }
}

/** Sends two header lines, which `fetch` would join. */
function statusOfTwice(url: string, first: string, second: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers: { 'X-API-Key': [first, second] } }, (response) => {
      text(response).then(() => resolve(response.statusCode), reject);
    });
    request.on('error', reject).end();
  });
}

describe.each(adapters)('ApiKeyGuard on $title', (adapter) => {
  let fresh: FreshDatabase;
  let keys: ApiKeyProcess;
  let app: INestApplication;
  let url: string;
  let key: string;
  let otherKey: string;

  beforeAll(async () => {
    fresh = await sqlite.create();
    keys = await startProcess(fresh);
    ({ key } = await keys.apiKeys.create({ name: 'Shop', workspace: 'shop', abilities: ['messages.send'] }));
    ({ key: otherKey } = await keys.apiKeys.create({ name: 'Other' }));
    ({ app, url } = await startGuardedApp(adapter, ApiKeyGuard, keys.apiKeys));
  });
  afterAll(async () => {
    await app.close();
    await keys.stop();
    await fresh.drop();
  });

  const call = async (headers: Record<string, string>, path = '/caller') => {
    const response = await fetch(url + path, { headers });
    return { status: response.status, body: await response.text() };
  };

  it.each<[string, () => Record<string, string>]>([
    ['X-API-Key', () => ({ 'X-API-Key': key })],
    ['Authorization: Bearer', () => ({ Authorization: `Bearer ${key}` })],
    ['authorization: bearer', () => ({ authorization: `bearer ${key}` })],
    ['both headers', () => ({ 'X-API-Key': key, Authorization: `Bearer ${key}` })],
    ["X-API-Key next to a proxy's password", () => ({ 'X-API-Key': key, Authorization: 'Basic dXNlcjpwdw==' })],
  ])('takes the key from %s', async (_, headers) => {
    const { status, body } = await call(headers());
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      workspace: 'shop',
      abilities: ['messages.send'],
      apiKeyId: expect.any(Number),
      apiKeyName: 'Shop',
    });
  });

  it.each<[string, string, () => Record<string, string>, path?: () => string]>([
    ['no key', 'missing', () => ({})],
    ['an empty key', 'missing', () => ({ 'X-API-Key': '' })],
    ["someone else's scheme", 'missing', () => ({ Authorization: `Basic ${key}` })],
    ['the key in the query string', 'missing', () => ({}), () => `/caller?api_key=${key}&X-API-Key=${key}&key=${key}`],
    ['an unknown key', 'invalid', () => ({ 'X-API-Key': `${key.slice(0, -4)}AAAA` })],
    ['a key with more behind it', 'invalid', () => ({ Authorization: `Bearer ${key} ${key}` })],
    ['two keys', 'invalid', () => ({ 'X-API-Key': key, Authorization: `Bearer ${otherKey}` })],
    ['two keys in one header', 'invalid', () => ({ 'X-API-Key': `${key}, ${otherKey}` })],
    ['a right and a wrong key', 'invalid', () => ({ 'X-API-Key': key, Authorization: 'Bearer wrong' })],
  ])('refuses %s', async (_, reason, headers, path) => {
    const { status, body } = await call(headers(), path?.());
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ name: 'UnauthenticatedError', code: 'UNAUTHENTICATED', reason });
    expect(body).not.toContain(key);
  });

  it('refuses a header that was sent twice with different keys, and takes it with the same', async () => {
    expect(await statusOfTwice(`${url}/caller`, key, otherKey)).toBe(401);
    expect(await statusOfTwice(`${url}/caller`, key, key)).toBe(200);
  });

  it('refuses a key from when it is revoked', async () => {
    const { key: leaked, apiKey } = await keys.apiKeys.create({ name: 'Leaked' });
    expect((await call({ 'X-API-Key': leaked })).status).toBe(200);
    await keys.apiKeys.revoke(apiKey.id);
    expect((await call({ 'X-API-Key': leaked })).status).toBe(401);
  });

  it('lets a host override its steps', async () => {
    const lenient = await startGuardedApp(adapter, LenientGuard, keys.apiKeys);
    const callLenient = async (headers: Record<string, string>) =>
      (await fetch(`${lenient.url}/caller`, { headers })).json();
    const shop = { workspace: 'shop', apiKeyName: 'lenient Shop' };
    expect(await callLenient({ 'X-Shop-Key': key })).toMatchObject(shop);
    expect(await callLenient({ 'X-API-Key': key })).toMatchObject(shop);
    expect(await callLenient({})).toMatchObject({ workspace: 'public', apiKeyName: 'lenient nobody' });
    expect(await callLenient({ 'X-Shop-Key': 'wrong' })).toMatchObject({ reason: 'invalid' });
    await lenient.app.close();
  });
});
