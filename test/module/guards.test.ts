import {
  BadRequestException,
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  HttpException,
  Injectable,
  Module,
  UnauthorizedException,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  type ApiKeyAbility,
  ApiKeyGuard,
  type ApiKeyRequest,
  ApiKeysService,
  type WhatsAppCaller,
  type WhatsAppCallerRequest,
  type SurfaceOptions,
  WhatsAppModule,
  type WhatsAppModuleExtras,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqlite } from '../support/databases/sqlite.js';
import { oneAdapter, optionsFor } from '../support/test-app.js';
import { database, Host, sampleSend } from './host.js';

const SEND = '/api/v1/meta-templates/send/';
const ACCOUNTS = '/api/v1/business-accounts/';

/** A guard of the host's that says who calls, or lets everybody in. */
function callerGuard(caller: WhatsAppCaller | undefined): CanActivate {
  return {
    canActivate(context: ExecutionContext): boolean {
      if (caller) context.switchToHttp().getRequest<WhatsAppCallerRequest>().whatsapp = caller;
      return true;
    },
  };
}

describe.each(oneAdapter)('guards of a surface on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterAll(() => meta.close());
  beforeEach(() => meta.clear());

  const start = (guards: SurfaceOptions['guards'], extras: WhatsAppModuleExtras = {}) =>
    Host.start({
      adapter,
      imports: [
        database(),
        WhatsAppModule.forRoot({ ...optionsFor(meta), ...extras, surfaces: { metaTemplates: { guards } } }),
      ],
    });
  const send = (host: Host, headers: Record<string, string> = {}) =>
    host.call('POST', SEND, sampleSend.body(meta), headers);

  describe('of the host', () => {
    @Injectable()
    class Sessions {
      callerOf(session: unknown): WhatsAppCaller | undefined {
        return session === 'ana' ? { workspace: 'default', abilities: ['messages.send'] } : undefined;
      }
    }

    @Module({ providers: [Sessions], exports: [Sessions] })
    class SessionsModule {}

    @Injectable()
    class SessionGuard implements CanActivate {
      constructor(private readonly sessions: Sessions) {}

      canActivate(context: ExecutionContext): boolean {
        const request = context.switchToHttp().getRequest<ApiKeyRequest>();
        request.whatsapp = this.sessions.callerOf(request.headers['x-session']);
        return request.whatsapp !== undefined;
      }
    }

    it.each([
      ['forRoot', (extras: WhatsAppModuleExtras) => WhatsAppModule.forRoot({ ...optionsFor(meta), ...extras })],
      [
        'forRootAsync',
        (extras: WhatsAppModuleExtras) =>
          WhatsAppModule.forRootAsync({ ...extras, useFactory: () => optionsFor(meta) }),
      ],
    ])('may be a class with providers from the imports of %s', async (_, whatsapp) => {
      const surfaces = { metaTemplates: { guards: [SessionGuard] } };
      const module = whatsapp({ surfaces, imports: [SessionsModule] });
      await using host = await Host.start({ adapter, imports: [database(), module] });
      expect(await send(host, { 'x-session': 'ana' })).toMatchObject({ status: 200 });
      // Its caller lacks this ability.
      expect(await host.call('GET', ACCOUNTS, undefined, { 'x-session': 'ana' })).toMatchObject({
        status: 403,
        body: { code: 'FORBIDDEN', error: expect.stringContaining('accounts.read') },
      });
      // It takes the place of ours: a key opens nothing.
      expect(await send(host, await host.newKey())).toMatchObject({
        status: 403,
        body: { code: 'FORBIDDEN', error: expect.any(String) },
      });
      expect(meta.messages).toHaveLength(1);
    });

    it('may be an instance, and says in whose workspace', async () => {
      await using host = await start([callerGuard({ workspace: 'north', abilities: ['*'], apiKeyName: 'Ana' })]);
      await host.newKey({ workspace: 'north' });
      expect(await host.call('GET', ACCOUNTS)).toMatchObject({
        status: 200,
        body: { companyName: 'north', apiKeyName: 'Ana', businessAccounts: [] },
      });
      expect(await send(host)).toMatchObject({ status: 404, body: { code: 'PHONE_NUMBER_NOT_FOUND' } });
    });

    it('may be several, which all must let a request pass', async () => {
      const all = callerGuard({ workspace: 'default', abilities: ['*'] });
      await using host = await start([all, SessionGuard], { imports: [SessionsModule] });
      expect(await send(host)).toMatchObject({ status: 403 });
      expect(await send(host, { 'x-session': 'ana' })).toMatchObject({ status: 200 });
    });

    it('that says nothing of workspaces lets its callers do everything in the default one', async () => {
      await using host = await start([callerGuard(undefined)]);
      expect(await send(host)).toMatchObject({ status: 200 });
      expect((await host.call('GET', ACCOUNTS)).body.businessAccounts).toHaveLength(1);
    });
  });

  it('may change a step of ApiKeyGuard', async () => {
    @Injectable()
    class CookieKeyGuard extends ApiKeyGuard {
      protected override extractKey(request: ApiKeyRequest) {
        return /key=(\S+)/.exec(String(request.headers['cookie']))?.[1] ?? super.extractKey(request);
      }

      protected override async onMissingKey(request: ApiKeyRequest): Promise<boolean> {
        await this.attach(request, { workspace: 'default', abilities: ['accounts.read'] });
        return true;
      }
    }

    await using host = await start([CookieKeyGuard]);
    const { 'x-api-key': key } = await host.newKey();
    expect(await send(host, { cookie: `key=${key}` })).toMatchObject({ status: 200 });
    expect(await send(host, { 'x-api-key': key })).toMatchObject({ status: 200 });
    expect(await send(host, { cookie: 'key=whatsapp_unknown-unknown' })).toMatchObject({ status: 401 });
    expect(await host.call('GET', ACCOUNTS)).toMatchObject({ status: 200 });
    expect(await send(host)).toMatchObject({ status: 403 });
  });

  it.each<[string, HttpException, number, object]>([
    ['401', new UnauthorizedException('Log in again.'), 401, { code: 'UNAUTHENTICATED', error: 'Log in again.' }],
    ['403', new ForbiddenException('Not in your plan.'), 403, { code: 'FORBIDDEN', error: 'Not in your plan.' }],
    ['429', new HttpException('Slow down.', 429), 429, { code: 'RATE_LIMITED', error: 'Slow down.' }],
    [
      '403 with a body of its own',
      new HttpException({ message: 'Not today.', reason: 'holiday' }, 403),
      403,
      { code: 'FORBIDDEN', error: 'Not today.' },
    ],
    ['402', new HttpException('Pay first.', 402), 402, { code: 'REQUEST_REFUSED', error: 'Pay first.' }],
    [
      '400 with a list of problems',
      new BadRequestException(['tenant must be a string', 'tenant is required']),
      400,
      { code: 'VALIDATION_ERROR', error: 'tenant must be a string; tenant is required' },
    ],
  ])("words the host's HttpException %s as the surface does", async (_, exception, status, body) => {
    const refusing: CanActivate = {
      canActivate() {
        throw exception;
      },
    };
    await using host = await start([refusing]);
    expect(await send(host)).toMatchObject({ status, body });
    expect((await send(host)).body).toEqual(body);
    expect(meta.requests).toEqual([]);
  });

  it('stop a request that they gave half a caller', async () => {
    const careless: CanActivate = {
      canActivate(context: ExecutionContext): boolean {
        Object.assign(context.switchToHttp().getRequest<object>(), { whatsapp: { abilities: ['*'] } });
        return true;
      },
    };
    await using host = await start([careless]);
    expect(await send(host)).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
    expect(meta.requests).toEqual([]);
  });

  it('tells nothing of what broke in a guard', async () => {
    const broken: CanActivate = {
      canActivate: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7')),
    };
    await using host = await start([broken]);
    const answer = await send(host);
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.7');
  });

  it('keeps a header that a guard has set, such as Retry-After', async () => {
    @Injectable()
    class Throttler implements CanActivate {
      constructor(private readonly adapterHost: HttpAdapterHost) {}

      canActivate(context: ExecutionContext): boolean {
        const response: unknown = context.switchToHttp().getResponse();
        this.adapterHost.httpAdapter.setHeader(response, 'Retry-After', '7');
        throw new HttpException('Slow down.', 429);
      }
    }

    await using host = await start([Throttler]);
    const answer = await send(host);
    expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(answer.headers.get('retry-after')).toBe('7');
  });

  describe('by default', () => {
    it.each<[ApiKeyAbility, string, number[]]>([
      ['*', 'everything', [200, 404, 200]],
      ['messages.send', 'sends', [200, 403, 403]],
      ['messages.read', 'looks messages up', [403, 404, 403]],
      ['accounts.read', 'lists accounts', [403, 403, 200]],
      ['contacts.create', 'does nothing here', [403, 403, 403]],
    ])('let a key with %s do what it says: %s', async (ability, _, statuses) => {
      await using host = await start(undefined);
      const key = await host.newKey({ abilities: [ability] });
      const answers = [
        await send(host, key),
        await host.call('GET', '/api/v1/meta-templates/messages/77/', undefined, key),
        await host.call('GET', ACCOUNTS, undefined, key),
      ];
      expect(answers.map(({ status }) => status)).toEqual(statuses);
      const codes = answers.filter(({ status }) => status === 403).map(({ body }) => body.code);
      expect(codes).toEqual(codes.map(() => 'FORBIDDEN'));
      expect(meta.messages).toHaveLength(statuses[0] === 200 ? 1 : 0);
    });

    it('refuse a key within seconds after another process revoked it', async () => {
      const fresh = await sqlite.create();
      const file = fresh.url.replace('sqlite:', '');
      const startProcess = () =>
        Host.start({
          adapter,
          imports: [
            database({ file }),
            WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { metaTemplates: true } }),
          ],
        });
      const [one, other] = [await startProcess(), await startProcess()];
      const key = await one.newKey();
      expect(await one.call('GET', ACCOUNTS, undefined, key)).toMatchObject({ status: 200 });
      expect(await other.call('GET', ACCOUNTS, undefined, key)).toMatchObject({ status: 200 });

      const [apiKey] = await one.get(ApiKeysService).list();
      await one.get(ApiKeysService).revoke(apiKey?.id ?? 0);
      expect(await one.call('GET', ACCOUNTS, undefined, key)).toMatchObject({
        status: 401,
        body: { code: 'UNAUTHENTICATED' },
      });
      const callOther = () => other.call('GET', ACCOUNTS, undefined, key);
      await vi.waitFor(async () => expect(await callOther()).toMatchObject({ status: 401 }), { timeout: 10_000 });
      await one.app.close();
      await other.app.close();
      await fresh.drop();
    });
  });
});
