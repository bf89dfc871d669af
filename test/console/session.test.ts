import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ApiKeysService, type WhatsAppCallerRequest, WhatsAppModule } from 'nestjs-whatsapp';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildConsole } from '../support/built-console.js';
import { adapters } from '../support/test-app.js';
import { ConsoleApp } from './console-app.js';

const OWN = { 'x-whatsapp-console': '1', 'content-type': 'application/json' };

describe.each(adapters)('The console on $adapter', ({ adapter }) => {
  let app: ConsoleApp;

  beforeAll(async () => {
    await buildConsole();
    app = await ConsoleApp.start({ adapter });
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const signIn = (key: string, headers: Record<string, string> = OWN, url = app.url) =>
    fetch(`${url}/api/session`, { method: 'POST', headers, body: JSON.stringify({ key }) });

  async function cookieOf(key: string): Promise<string> {
    const [cookie = ''] = (await signIn(key)).headers.getSetCookie();
    return cookie.split(';', 1)[0] ?? '';
  }

  const get = (path: string, cookie: string) => fetch(`${app.url}/${path}`, { headers: { cookie } });

  it('keeps a session in a cookie that no script and no other site gets', async () => {
    const answer = await signIn(await app.newKey());
    expect(await answer.json()).toMatchObject({ workspace: 'default', abilities: ['*'], key_name: 'Support' });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie.split('; ').slice(1)).toEqual(['Max-Age=43200', 'HttpOnly', 'SameSite=Strict']);
    const { status, headers } = await get('api/messages', cookie.split(';', 1)[0] ?? '');
    expect([status, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      200,
      'no-store',
      'nosniff',
    ]);
  });

  it('says whether someone has to sign in, and shows nothing before', async () => {
    const session = await fetch(`${app.url}/api/session`);
    expect(await session.json()).toMatchObject({ needs_sign_in: true, is_signed_in: false, abilities: [] });
    const messages = await fetch(`${app.url}/api/messages`);
    expect([messages.status, await messages.json()]).toMatchObject([401, { code: 'SIGN_IN_REQUIRED' }]);
  });

  it('refuses a wrong key, and does not say more than that', async () => {
    const answer = await signIn('whatsapp_that-is-no-key-at-all');
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([401, []]);
    expect(await answer.json()).toEqual({ code: 'UNAUTHENTICATED', error: expect.stringContaining('revoked') });
  });

  it('ends a session with its key, and by signing out', async () => {
    const keys = app.app.get(ApiKeysService);
    const { key, apiKey } = await keys.create({ name: 'Temp' });
    const revoked = await cookieOf(key);
    await keys.revoke(apiKey.id);
    expect((await get('api/messages', revoked)).status).toBe(401);

    const cookie = await cookieOf(await app.newKey());
    const out = await fetch(`${app.url}/api/session`, { method: 'DELETE', headers: { ...OWN, cookie } });
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await get('api/messages', cookie)).status).toBe(401);
  });

  it('ends a session after its lifetime', async () => {
    await using short = await ConsoleApp.start({ adapter, console: { sessionLifetime: 300 } });
    const answer = await signIn(await short.newKey(), OWN, short.url);
    const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    await vi.waitFor(async () => {
      const { status } = await fetch(`${short.url}/api/messages`, { headers: { cookie } });
      expect(status).toBe(401);
    });
  });

  it.each([
    ['without the header that other sites cannot send', { 'content-type': 'application/json' }],
    ['from the page of another site', { ...OWN, 'sec-fetch-site': 'cross-site' }],
    ['from another origin of the same site', { ...OWN, 'sec-fetch-site': 'same-site' }],
  ])('refuses a change %s', async (_, headers) => {
    const answer = await signIn(await app.newKey(), headers);
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'FOREIGN_PAGE' }]);
  });

  it('lets a key do no more than its abilities', async () => {
    const cookie = await cookieOf(await app.newKey('contacts.read'));
    const answer = await get('api/messages', cookie);
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'FORBIDDEN' }]);
  });

  it('shows a workspace nothing of another', async () => {
    await app.send('+5491155551111');
    const { key } = await app.app.get(ApiKeysService).create({ name: 'Other', workspace: 'other' });
    const [own, other] = [await cookieOf(await app.newKey()), await cookieOf(key)];
    const idOf = async (cookie: string) =>
      JSON.parse(await (await get('api/messages?phone=5491155551111', cookie)).text()).messages[0]?.id;
    const id: unknown = await idOf(own);
    expect([await idOf(other), (await get(`api/messages/${String(id)}`, other)).status]).toEqual([undefined, 404]);
    expect(await (await get(`api/messages/search?q=${String(id)}`, other)).json()).toEqual({ messages: [] });
    const again = await fetch(`${app.url}/api/messages/${String(id)}/send-again`, {
      method: 'POST',
      headers: { ...OWN, cookie: other },
      body: '{}',
    });
    expect(again.status).toBe(404);
  });

  it('is a page that takes nothing from elsewhere, and files that are kept for long', async () => {
    const page = await fetch(app.url);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|https?:|\bon\w+=/);
    const [, script = ''] = /src="\.\/(assets\/[^"]+\.js)"/.exec(html) ?? [];
    const file = await fetch(`${app.url}/${script}`, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    expect(await file.text()).toContain('X-WhatsApp-Console');
  });

  it.each(['nothing.js', '..%2Fbuilt.html', '%2e%2e%2fbuilt.html', 'built.html', 'index.tsx'])(
    'has no file %s',
    async (name) => {
      expect((await fetch(`${app.url}/assets/${name}`)).status).toBe(404);
    },
  );

  it.each([
    ['', './console/'],
    ['/', './'],
    ['/messages', './'],
    ['/messages/', '../'],
    ['/messages/12', '../'],
    ['/messages/12/', '../../'],
  ])('is found from its page at "%s" whatever is before it', async (path, base) => {
    const html = await (await fetch(app.url + path)).text();
    expect(html).toContain(`<base href="${base}"`);
  });

  it('is as large as it may be, and no larger', async () => {
    const html = await (await fetch(app.url)).text();
    const files = [...html.matchAll(/"\.\/(assets\/[^"]+)"/g)].map(([, name = '']) => name);
    const sizes = await Promise.all(files.map((name) => sizeOf(`${app.url}/${name}`)));
    const all = sizes.reduce((sum, size) => sum + size, 0);
    const scripts = sizes.filter((_, index) => files[index]?.endsWith('.js')).reduce((sum, size) => sum + size, 0);
    expect({ all: all < 200 * 1024, scripts: scripts < 120 * 1024 }).toEqual({ all: true, scripts: true });
  });

  it('is behind the guards of the host, with no sign-in of its own', async () => {
    await using hosted = await ConsoleApp.start({ adapter, console: { guards: [new HostsGuard()] } });
    expect((await fetch(hosted.url)).status).toBe(403);
    const headers = { 'x-user': 'ana' };
    const session = await fetch(`${hosted.url}/api/session`, { headers });
    expect(await session.json()).toMatchObject({ needs_sign_in: false, is_signed_in: false, abilities: ['*'] });
    expect((await fetch(`${hosted.url}/api/messages`, { headers })).status).toBe(200);
  });

  it('is shown in frames of those that the host names, at the prefix that it names', async () => {
    const frameAncestors = ['https://admin.example.com'];
    await using framed = await ConsoleApp.start({ adapter, globalPrefix: 'backend', console: { frameAncestors } });
    const { headers } = await fetch(framed.url);
    expect(headers.get('content-security-policy')).toContain('frame-ancestors https://admin.example.com;');
    expect(headers.get('x-frame-options')).toBeNull();
  });
});

it('An option of the console that is wrong stops the start, and a policy cannot be broken out of', () => {
  const console = { frameAncestors: ["'self'; script-src *"], sessionLifetime: 0 };
  expect(() => WhatsAppModule.forRoot({ surfaces: { console } })).toThrow(
    /surfaces\.console\.sessionLifetime must be .*surfaces\.console\.frameAncestors must be a list of origins/s,
  );
});

/** Compressed, as it travels: `fetch` would decompress it. */
async function sizeOf(url: string): Promise<number> {
  const { body } = await request(url, { headers: { 'accept-encoding': 'br' } });
  return (await body.arrayBuffer()).byteLength;
}

class HostsGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const asked = context.switchToHttp().getRequest<WhatsAppCallerRequest & { headers: Record<string, string> }>();
    if (asked.headers['x-user'] === undefined) return false;
    asked.whatsapp = { workspace: 'default', abilities: ['*'] };
    return true;
  }
}
