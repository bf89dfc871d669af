import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  HttpCode,
  type INestApplication,
  type NestInterceptor,
  Post,
  ValidationPipe,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IsString } from 'class-validator';
import { setupWhatsApp, WhatsAppModule } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { tap } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapters, optionsFor } from '../support/test-app.js';
import { database, Host, type HostOptions, sampleSend } from './host.js';

const SEND = '/api/v1/meta-templates/send';

class OrderDto {
  @IsString()
  product!: string;
}

@Controller('orders')
class OrdersController {
  @Post()
  @HttpCode(200)
  create(@Body() order: OrderDto) {
    return { size: order.product.length };
  }

  @Get('broken')
  broken() {
    throw new Error('The shelf fell down.');
  }
}

/** As strict as hosts are asked to be. */
function strictPipe(): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    transform: true,
    transformerPackage: {
      plainToInstance: (type, plain) => {
        const instance = new type();
        if (instance instanceof Object) Object.assign(instance, plain);
        return instance;
      },
      classToPlain: (instance) => ({ ...Object(instance) }),
    },
  });
}

describe.each(adapters)("the host's own on $adapter", ({ adapter }) => {
  let meta: GraphApiServer;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterAll(() => meta.close());
  beforeEach(() => meta.clear());

  const start = (main: (app: INestApplication) => void, create?: HostOptions['create']) =>
    Host.start({
      adapter,
      create,
      imports: [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { metaTemplates: true } })],
      controllers: [OrdersController],
      main,
    });

  const send = (host: Host, key: Record<string, string>, overrides: object = {}) =>
    host.call('POST', SEND, { ...sampleSend.body(meta), ...overrides }, key);

  describe('global pipes, filters, guards and interceptors', () => {
    let host: Host;
    let key: Record<string, string>;
    const seen: string[] = [];

    /** Notes who comes, and keeps out who says so. */
    class Porter implements CanActivate, NestInterceptor {
      canActivate(context: ExecutionContext): boolean {
        const request = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
        seen.push('guard');
        if (request.headers['x-locked-out']) throw new ForbiddenException('The porter knows you.');
        return true;
      }

      intercept(_: ExecutionContext, next: CallHandler) {
        return next.handle().pipe(tap(() => seen.push('interceptor')));
      }
    }

    @Catch()
    class Apology implements ExceptionFilter {
      constructor(private readonly adapterHost: HttpAdapterHost) {}

      catch(error: Error, context: ArgumentsHost): void {
        const response: unknown = context.switchToHttp().getResponse();
        this.adapterHost.httpAdapter.reply(response, { sorry: error.message }, 418);
      }
    }

    beforeAll(async () => {
      host = await start((app) => {
        const porter = new Porter();
        app.useGlobalPipes(strictPipe());
        app.useGlobalFilters(new Apology(app.get(HttpAdapterHost)));
        app.useGlobalGuards(porter);
        app.useGlobalInterceptors(porter);
        setupWhatsApp(app);
      });
      key = await host.newKey();
    });
    afterAll(() => host.app.close());
    beforeEach(() => {
      seen.length = 0;
    });

    it('stay as they are on its own routes', async () => {
      expect(await host.call('POST', '/orders', { product: 'tea' })).toMatchObject({ status: 200, body: { size: 3 } });
      expect(seen).toEqual(['guard', 'interceptor']);
      expect(await host.call('POST', '/orders', { product: 'tea', gift: true })).toMatchObject({
        status: 418,
        body: { sorry: 'Bad Request Exception' },
      });
      expect(await host.call('GET', '/orders/broken')).toMatchObject({
        status: 418,
        body: { sorry: 'The shelf fell down.' },
      });
      expect(await host.call('GET', '/nowhere')).toMatchObject({ status: 418, body: { sorry: 'Cannot GET /nowhere' } });
      expect(await host.call('GET', '/orders/broken', undefined, { 'x-locked-out': '1' })).toMatchObject({
        status: 418,
        body: { sorry: 'The porter knows you.' },
      });
    });

    it('let a surface ignore unknown fields and answer as documented', async () => {
      const answer = await send(host, key, { unknown_field: { deep: 1 }, variables: { name: 'J', company: 'C' } });
      expect(answer).toMatchObject({ status: 200, body: { success: true, status: 'sent' } });
      expect(meta.messages).toHaveLength(1);
      expect(seen).toEqual(['guard', 'interceptor']);
    });

    it.each<[string, number, string, object, Record<string, string>]>([
      ['a wrong field', 400, 'VALIDATION_ERROR', { phone_number_id: 1 }, {}],
      ['an unknown template', 404, 'TEMPLATE_NOT_FOUND', { template_name: 'nowhere' }, {}],
      ['an unknown key', 401, 'UNAUTHENTICATED', {}, { 'x-api-key': 'whatsapp_unknown-unknown' }],
      ['a guard of the host', 403, 'FORBIDDEN', {}, { 'x-locked-out': '1' }],
    ])('let a surface word %s in its own way', async (_, status, code, overrides, headers) => {
      const answer = await send(host, { ...key, ...headers }, overrides);
      expect(answer).toMatchObject({ status, body: { code, error: expect.any(String) } });
      expect(meta.messages).toEqual([]);
    });
  });

  it('strict global pipe holds no body of a surface against its classes', async () => {
    await using host = await Host.start({
      adapter,
      imports: [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { conversations: true } })],
      main: (app) => {
        app.useGlobalPipes(strictPipe());
        setupWhatsApp(app);
      },
    });
    const text = { phoneNumber: '+50212345678', content: 'Hola', requestId: 7, unknown: true };
    const sent = await host.call('POST', '/api/whatsapp/send', text, await host.newKey());
    expect(sent).toMatchObject({ status: 200, body: { success: true, data: { conversation: { request_id: 7 } } } });
  });

  describe('body limit and errors', () => {
    const LARGE = 'y'.repeat(2_000_000);
    let host: Host;
    let key: Record<string, string>;

    beforeAll(async () => {
      host = await start((app) => setupWhatsApp(app, { bodyLimit: '3mb' }));
      key = await host.newKey();
    });
    afterAll(() => host.app.close());

    it('stay as they are on its own routes', async () => {
      expect(await host.call('POST', '/orders', { product: LARGE })).toMatchObject({
        status: 413,
        body: { statusCode: 413, message: expect.stringContaining('too large') },
      });
      const malformed = await host.call('POST', '/orders', '{"product":');
      expect(malformed).toMatchObject({ status: 400, body: { statusCode: 400, message: expect.any(String) } });
      expect(malformed.body).not.toHaveProperty('code', 'VALIDATION_ERROR');
      expect(await host.call('POST', '/orders', { product: 'tea' })).toMatchObject({ status: 200, body: { size: 3 } });
    });

    it('are not those of a surface', async () => {
      expect(await send(host, key, { unknown_field: LARGE })).toMatchObject({ status: 200 });
      expect(await send(host, key, { unknown_field: LARGE + LARGE })).toMatchObject({
        status: 413,
        body: { code: 'BODY_TOO_LARGE', error: expect.stringContaining('3mb') },
      });
      const malformed = await host.call('POST', SEND, '{"a":', key);
      expect(malformed).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
    });
  });

  it('body parser may come first', async () => {
    await using host = await start((app) => {
      hostsParser(app);
      setupWhatsApp(app);
    });
    expect(await send(host, await host.newKey())).toMatchObject({ status: 200 });
    expect(await host.call('POST', '/orders', { product: 'tea' })).toMatchObject({ body: { size: 3 } });
    // Larger than any default.
    expect(await host.call('POST', '/orders', { product: 'y'.repeat(1_500_000) })).toMatchObject({ status: 200 });
  });

  it('body parser may be none', async () => {
    await using host = await start((app) => setupWhatsApp(app), { bodyParser: false });
    expect(await send(host, await host.newKey())).toMatchObject({ status: 200 });
  });

  it('main.ts may leave setupWhatsApp out: then its own limit and words for bodies count everywhere', async () => {
    await using host = await start(() => {});
    const key = await host.newKey();
    expect(await send(host, key)).toMatchObject({ status: 200 });
    expect(await send(host, key, { recipient_phone: '12' })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_ERROR', details: { recipient_phone: [expect.any(String)] } },
    });
    expect(await send(host, key, { unknown_field: 'y'.repeat(1_500_000) })).toMatchObject({ status: 413 });
    expect(await host.call('POST', SEND, '{"a":', key)).toMatchObject({ status: 400 });
    expect(meta.messages).toHaveLength(1);
  });

  describe('rawBody', () => {
    let rawBodies: unknown[];

    /** Lets everybody in and keeps the raw body that came. */
    class RawBodyGuard implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        rawBodies.push(context.switchToHttp().getRequest<{ rawBody?: unknown }>().rawBody);
        return true;
      }
    }

    beforeEach(() => {
      rawBodies = [];
    });

    it.each([
      ['without rawBody in the options of the app', {}],
      ['with it', { rawBody: true }],
    ])('is there for the guards of a surface %s', async (_, create) => {
      const surfaces = { metaTemplates: { guards: [RawBodyGuard] } };
      await using host = await Host.start({
        adapter,
        create,
        imports: [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces })],
      });
      const text = JSON.stringify({ ...sampleSend.body(meta), name: 'Ñandú' }, null, 3);
      expect(await host.call('POST', SEND, text)).toMatchObject({ status: 200 });
      expect(rawBodies).toEqual([Buffer.from(text)]);
    });
  });

  /** A JSON parser of the host's own, with a limit of its own. */
  function hostsParser(app: INestApplication): void {
    if ('useBodyParser' in app && typeof app.useBodyParser === 'function') {
      const [type, limit] = adapter === 'Express' ? ['json', 'limit'] : ['application/json', 'bodyLimit'];
      app.useBodyParser(type, { [limit ?? '']: 2_000_000 });
    }
  }
});
