import { Controller, Get } from '@nestjs/common';
import { setupWhatsApp, WhatsAppModule } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { database, Host } from '../module/host.js';
import { adapters, optionsFor } from '../support/test-app.js';
import { rawRequest } from './bodies/raw-request.js';

@Controller('api/v1')
class UsersController {
  @Get('users')
  users() {
    return ['users'];
  }

  @Get(':name/profile')
  profile() {
    return ['profile'];
  }
}

describe.each(adapters)('a request on $adapter that no route takes', ({ adapter }) => {
  let meta: GraphApiServer;
  let host: Host;

  const start = (prefix = '') =>
    Host.start({
      adapter,
      controllers: [UsersController],
      imports: [
        database(),
        WhatsAppModule.forRoot({
          ...optionsFor(meta),
          surfaces: { metaTemplates: true, conversations: true, messaging: true, workspace: true, webhook: true },
        }),
      ],
      main: (app) => {
        if (prefix) app.setGlobalPrefix(prefix);
        setupWhatsApp(app);
      },
    });

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    host = await start();
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await meta.close();
  });

  it.each([
    ['GET', '/api/v1/meta-templates/send/', 'POST', { code: 'METHOD_NOT_ALLOWED', error: expect.any(String) }],
    ['PUT', '/api/v1/meta-templates/bulk-sends', 'GET, HEAD', { code: 'METHOD_NOT_ALLOWED' }],
    ['DELETE', '/api/whatsapp/send', 'POST', { success: false, code: 'METHOD_NOT_ALLOWED' }],
    ['PUT', '/whatsapp/api/send-message/', 'POST', { error: expect.any(String) }],
    ['PATCH', '/api/v1/acme/contacts/7', 'GET, PUT, DELETE, HEAD', { status: 'error', message: expect.any(String) }],
    ['DELETE', '/whatsapp/webhook', 'GET, POST, HEAD', { code: 'METHOD_NOT_ALLOWED' }],
  ])('with a wrong method is 405 in the surface’s words: %s %s', async (method, path, allow, body) => {
    const answer = await host.call(method, path);
    expect(answer).toMatchObject({ status: 405, body });
    expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(allow.split(', ').toSorted());
  });

  it.each([
    ['/api/v1/meta-templates/nothing', { code: 'NOT_FOUND', error: expect.any(String) }],
    ['/api/v1/nothing', { code: 'NOT_FOUND', error: expect.any(String) }],
    ['/api/whatsapp/nothing/at/all', { success: false, code: 'NOT_FOUND' }],
    ['/whatsapp/api/nothing', { error: expect.any(String) }],
    ['/api/v1/acme/nothing', { status: 'error', message: expect.any(String) }],
  ])('below a surface’s prefix is 404 in its words: %s', async (path, body) => {
    expect(await host.call('GET', path)).toMatchObject({ status: 404, body });
    expect(await host.call('POST', path, 'a,b', { 'content-type': 'text/csv' })).toMatchObject({ status: 404, body });
  });

  it.each([
    ['/api/v1/meta-templates/messages/100%', 401, { code: 'UNAUTHENTICATED' }],
    ['/api/v1/%zz/messages/7/status', 401, { status: 'error', message: expect.any(String) }],
    ['/api/v1/meta-templates/%C0%AF?q=%', 404, { code: 'NOT_FOUND', error: expect.any(String) }],
  ])('is one of the surface with a %% that encodes nothing, too: %s', async (path, status, body) => {
    expect(JSON.parse((await rawRequest(host.url, path, { method: 'GET' })).text)).toMatchObject(body);
    expect((await rawRequest(host.url, path, { method: 'GET' })).status).toBe(status);
  });

  it('is the host’s with such a path of its own', async () => {
    const { status, text } = await rawRequest(host.url, '/api/v1/100%/profile', { method: 'GET' });
    expect({ status, body: JSON.parse(text) }).toMatchObject({ status: 400, body: { statusCode: 400 } });
  });

  it('is the host’s elsewhere, and on its own paths under the same prefix', async () => {
    expect(await host.call('GET', '/api/v1/users')).toMatchObject({ status: 200, body: ['users'] });
    expect(await host.call('GET', '/api/v1/ana/profile')).toMatchObject({ status: 200, body: ['profile'] });
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['GET', '/whatsapp'],
      ['DELETE', '/api/v1/users'],
    ] as const) {
      expect(await host.call(method, path)).toMatchObject({
        status: 404,
        body: { message: `Cannot ${method} ${path}` },
      });
    }
  });

  it('is answered like that below a global prefix, too', async () => {
    await using prefixed = await start('backend');
    expect(await prefixed.call('GET', '/backend/whatsapp/api/nothing')).toMatchObject({
      status: 404,
      body: { error: expect.any(String) },
    });
    expect(await prefixed.call('PUT', '/backend/whatsapp/api/send-message')).toMatchObject({ status: 405 });
    expect(await prefixed.call('GET', '/backend/nothing')).toMatchObject({ status: 404, body: { statusCode: 404 } });
  });
});
