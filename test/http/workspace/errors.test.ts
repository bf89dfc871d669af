import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiKeysService, ContactsService, MessagesService, WorkspacesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdempotentSends } from '../../../lib/messages/idempotent-sends.js';
import { adapters } from '../../support/test-app.js';
import { Acme, bearer, someone } from './acme.js';

const INVALID_SUBDOMAIN = { status: 'error', message: 'Validation failed', errors: 'Invalid tenant subdomain' };

describe.each(adapters)('Errors of the surface workspace on $adapter', ({ adapter }) => {
  let acme: Acme;

  beforeAll(async () => {
    acme = await Acme.start({ adapter });
    await acme.app.get(WorkspacesService).ensure('globex');
  });
  afterAll(() => acme[Symbol.asyncDispose]());
  beforeEach(() => acme.meta.clear());
  afterEach(() => vi.restoreAllMocks());

  it('401 without a key', async () => {
    const { status, body } = await acme.get('/templates', { authorization: '' });
    expect({ status, body }).toEqual({ status: 401, body: { status: 'error', message: 'API token is required' } });
  });

  it.each([
    ['unknown', 'apitk_unknown_unknown_unknown'],
    ['no key at all', 'x'],
  ])('401 with a key that is %s', async (_, key) => {
    const { status, body } = await acme.get('/templates', bearer(key));
    expect({ status, body }).toEqual({ status: 401, body: { status: 'error', message: 'Invalid API token' } });
  });

  it('401 with a key that was revoked, and with one in the query', async () => {
    const keys = acme.app.get(ApiKeysService);
    const revoked = await keys.create({ name: 'Revoked', workspace: 'acme' });
    await keys.revoke(revoked.apiKey.id, { workspace: 'acme' });
    expect((await acme.get('/templates', bearer(revoked.key))).body.message).toBe('Invalid API token');
    const inQuery = await acme.get(`/templates?api_key=${acme.key}`, { authorization: '' });
    expect(inQuery).toMatchObject({ status: 401, body: { message: 'API token is required' } });
  });

  it('takes the key in X-API-Key, too', async () => {
    expect(await acme.get('/templates', { authorization: '', 'x-api-key': acme.key })).toMatchObject({ status: 200 });
  });

  it.each(['globex', 'nobody', 'ACME', 'acme%00', '..%2facme', 'default'])(
    '400 below the subdomain %s: one of another is as one that never was',
    async (subdomain) => {
      const { status, body } = await acme.callAt('GET', `/api/v1/${subdomain}/templates`);
      expect({ status, body }).toEqual({ status: 400, body: INVALID_SUBDOMAIN });
    },
  );

  it.each([
    ['POST', '/messages/send', 'messages.send'],
    ['GET', '/messages/1/status', 'messages.send'],
    ['POST', '/phone/validate', 'messages.send'],
    ['GET', '/templates', 'templates.read'],
  ] as const)('403 at %s %s without %s', async (method, path, ability) => {
    const others = [
      'messages.read',
      'accounts.read',
      ability === 'messages.send' ? 'templates.read' : 'messages.send',
    ] as const;
    const headers = bearer(await acme.keyWith(others));
    const { status, body } = await acme.call(method, path, method === 'POST' ? {} : undefined, headers);
    const message = `Token does not have the required ability: ${ability}`;
    expect({ status, body }).toEqual({ status: 403, body: { status: 'error', message } });
    const able = await acme.call(
      method,
      path,
      method === 'POST' ? {} : undefined,
      bearer(await acme.keyWith([ability])),
    );
    expect(able.status).not.toBe(403);
  });

  it.each(['wamid.never', '999999', '0', '-1', '9'.repeat(40), '%00', "1' OR '1'='1"])(
    '404 for the message %s',
    async (id) => {
      const { status, body } = await acme.get(`/messages/${encodeURIComponent(id)}/status`);
      expect({ status, body }).toEqual({ status: 404, body: { status: 'error', message: 'Message not found' } });
    },
  );

  it.each([
    ['{"a":', 'is not well-formed JSON.'],
    [`{"a": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, expect.stringContaining('nests deeper')],
  ])('400 for a body that cannot be read', async (raw, problem) => {
    const { status, body } = await acme.post('/messages/send', raw);
    const errors = { body: [problem] };
    expect({ status, body }).toEqual({ status: 400, body: { status: 'error', message: 'Validation failed', errors } });
  });

  it('413 for a body over the limit', async () => {
    const { status, body } = await acme.post('/messages/send', { message_body: 'x'.repeat(6_000_000) });
    expect(status).toBe(413);
    expect(body).toEqual({ status: 'error', message: expect.stringContaining('limit') });
  });

  it('422 for a body that is no object, and for a page that is none', async () => {
    expect(await acme.post('/messages/send', '[]')).toMatchObject({ status: 422, body: { errors: {} } });
    const { status, body } = await acme.get('/templates?page=0&per_page=101');
    expect(status).toBe(422);
    expect(body).toEqual({
      status: 'error',
      message: 'Validation failed',
      errors: { page: [expect.any(String)], per_page: [expect.any(String)] },
    });
  });

  it('500 that reports nothing for what no one foresaw', async () => {
    vi.spyOn(acme.app.get(IdempotentSends), 'sendContent').mockRejectedValue(new Error('secret detail'));
    const { status, body } = await acme.send();
    expect({ status, body }).toEqual({ status: 500, body: { status: 'error', message: 'Failed to send message' } });
  });

  it('500 with a text of its own where a call has none', async () => {
    vi.spyOn(acme.app.get(MessagesService), 'get').mockRejectedValue(new Error('secret detail'));
    const { status, body } = await acme.get('/messages/1/status');
    expect({ status, body }).toEqual({ status: 500, body: { status: 'error', message: 'Something went wrong' } });
  });

  it('409 to a person who is blocked', async () => {
    const phone_number = someone();
    acme.meta.phoneNumber.openWindow(phone_number);
    await acme.app.get(ContactsService).block(phone_number, 'spam', { workspace: 'acme' });
    const { status, body } = await acme.send({ phone_number });
    expect(status).toBe(409);
    expect(body).toMatchObject({ status: 'error', code: 'RECIPIENT_BLOCKED' });
  });

  it('answers with a slash at the end of the path, too', async () => {
    expect(await acme.get('/templates/')).toMatchObject({ status: 200 });
    expect(await acme.post('/phone/validate/', { phone_number: '1' })).toMatchObject({ status: 200 });
  });

  it('checks who calls before anything of the request', async () => {
    const stranger = { authorization: '' };
    expect(await acme.post('/messages/send', '{"a":', stranger)).toMatchObject({ status: 401 });
    expect(await acme.callAt('POST', '/api/v1/globex/messages/send', '{"a":', stranger)).toMatchObject({ status: 401 });
    const unable = bearer(await acme.keyWith(['contacts.read']));
    const elsewhere = await acme.callAt('POST', '/api/v1/globex/messages/send', '{"a":', unable);
    expect(elsewhere.body).toEqual(INVALID_SUBDOMAIN);
    expect(await acme.post('/messages/send', '{"a":', unable)).toMatchObject({ status: 403 });
  });
});

@Injectable()
class HostGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest().whatsapp = { workspace: 'acme', abilities: ['templates.read'] };
    return true;
  }
}

it('says that it failed when Meta cannot be reached, and that nothing was sent', async () => {
  await using acme = await Acme.start();
  await acme.meta.close();
  const { status, body } = await acme.send();
  expect(status).toBe(500);
  expect(body).toMatchObject({ status: 'error', message: 'Failed to send message', code: 'META_ERROR' });
  expect(body.meta).toMatchObject({ code: null, message: expect.stringContaining('Nothing was sent') });
});

describe.each(adapters)("The host's own guards in front of the surface workspace on $adapter", ({ adapter }) => {
  it('leave its subdomain rule standing', async () => {
    await using acme = await Acme.start({ adapter }, { guards: [HostGuard] });
    const stranger = { authorization: '' };
    expect(await acme.get('/templates', stranger)).toMatchObject({ status: 200 });
    const elsewhere = await acme.callAt('GET', '/api/v1/default/templates', undefined, stranger);
    expect(elsewhere).toMatchObject({ status: 400, body: INVALID_SUBDOMAIN });
    expect(await acme.send({}, stranger)).toMatchObject({ status: 403 });
  });

  it('that report of no caller open the workspace "default" alone', async () => {
    await using acme = await Acme.start({ adapter }, { guards: [] });
    const stranger = { authorization: '' };
    expect(await acme.callAt('GET', '/api/v1/default/templates', undefined, stranger)).toMatchObject({ status: 200 });
    expect(await acme.get('/templates', stranger)).toMatchObject({ status: 400, body: INVALID_SUBDOMAIN });
  });

  it('may stand at a prefix without a subdomain', async () => {
    await using acme = await Acme.start({ adapter }, { prefix: '/crm' });
    expect(await acme.callAt('GET', '/crm/templates')).toMatchObject({ status: 200 });
  });
});

describe.each(adapters)('Paths that two surfaces might take for theirs, on $adapter', ({ adapter }) => {
  it('are never a workspace’s: their words cannot name one', async () => {
    await using acme = await Acme.start({
      adapter,
      options: { surfaces: { workspace: true, metaTemplates: true } },
    });
    for (const name of ['meta-templates', 'business-accounts', 'contact-lookup']) {
      await expect(acme.app.get(WorkspacesService).ensure(name)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
      await expect(acme.app.get(ApiKeysService).create({ name: 'x', workspace: name })).rejects.toThrow(name);
    }
    const unknown = await acme.callAt('GET', '/api/v1/meta-templates/messages/wamid.never/');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'MESSAGE_NOT_FOUND' } });
    const { name, language } = sampleTemplates.plain;
    const own = { phone_number_id: acme.meta.phoneNumber.id, template_name: name, language };
    const sent = await acme.callAt('POST', '/api/v1/meta-templates/send/', { ...own, recipient_phone: someone() });
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
  });

  it('stop the start where the options name such a workspace', async () => {
    const account = {
      businessAccountId: '1',
      accessToken: 'token',
      phoneNumberIds: ['2'],
      workspace: 'contact-lookup',
    };
    const start = Acme.start({ adapter, options: { accounts: [account] } });
    await expect(start).rejects.toThrow(/accounts\[0\]\.workspace must be .* but not meta-templates/s);
  });
});
