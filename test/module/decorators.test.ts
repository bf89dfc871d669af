import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Injectable,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { WhatsAppModule, type WhatsAppModuleExtras } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneAdapter, optionsFor } from '../support/test-app.js';
import { database, Host } from './host.js';

const Public = () => SetMetadata('isPublic', true);

/** Refuses every request for what is not public; one kind reads method and class, the other, as many do, the method alone. */
@Injectable()
abstract class PublicGuard implements CanActivate {
  constructor(protected readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.isPublic(context)) return true;
    throw new ForbiddenException('Not public.');
  }

  protected abstract isPublic(context: ExecutionContext): boolean;
}

@Injectable()
class OfMethodAndClass extends PublicGuard {
  protected isPublic(context: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride<boolean>('isPublic', [context.getHandler(), context.getClass()]);
  }
}

@Injectable()
class OfMethod extends PublicGuard {
  protected isPublic(context: ExecutionContext): boolean {
    return this.reflector.get<boolean>('isPublic', context.getHandler());
  }
}

@Controller('orders')
class OrdersController {
  @Get()
  list() {
    return ['host'];
  }
}

async function handshake(host: Host, path = '/whatsapp/webhook'): Promise<unknown> {
  const { body } = await host.call('GET', `${path}?hub.mode=subscribe&hub.verify_token=wrong`);
  return body;
}

describe.each(oneAdapter)('decorators for a surface on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterAll(() => meta.close());

  const start = (surfaces: WhatsAppModuleExtras['surfaces'], Guard: typeof OfMethod | typeof OfMethodAndClass) =>
    Host.start({
      adapter,
      imports: [
        database(),
        WhatsAppModule.forRoot({ ...optionsFor(meta), webhook: { verifyToken: 'right' }, surfaces }),
      ],
      controllers: [OrdersController],
      providers: [{ provide: APP_GUARD, useClass: Guard }],
    });

  const PASSED = { code: 'WEBHOOK_HANDSHAKE' };
  const KEPT_OUT = { code: 'FORBIDDEN' };

  it.each([
    ['method and class', OfMethodAndClass],
    ['the method alone', OfMethod],
  ])('are found by a global guard that reads the metadata of %s', async (_, Guard) => {
    await using host = await start({ webhook: { decorators: [Public()] }, metaTemplates: true }, Guard);
    expect(await handshake(host)).toMatchObject(PASSED);
    expect(await host.call('GET', '/api/v1/business-accounts')).toMatchObject({ status: 403 });
    expect(await host.call('GET', '/orders')).toMatchObject({ status: 403 });
  });

  it('hold for the webhook below the conversations, too', async () => {
    const surfaces = { webhook: { decorators: [Public()] }, conversations: true };
    await using host = await start(surfaces, OfMethodAndClass);
    expect(await handshake(host, '/api/whatsapp/webhook')).toMatchObject(PASSED);
    expect(await host.call('GET', '/api/whatsapp/conversations')).toMatchObject({ status: 403 });
  });

  it('are no other app’s of the process', async () => {
    await using open = await start({ webhook: { decorators: [Public()] } }, OfMethod);
    await using closed = await start({ webhook: true }, OfMethod);
    expect(await handshake(open)).toMatchObject(PASSED);
    expect(await handshake(closed)).toMatchObject(KEPT_OUT);
  });

  describe('such as @UseInterceptors()', () => {
    let intercepted = 0;

    beforeEach(() => {
      intercepted = 0;
    });

    it('count once', async () => {
      const counting = UseInterceptors({
        intercept: (_, next) => {
          intercepted += 1;
          return next.handle();
        },
      });
      await using host = await start({ webhook: { decorators: [Public(), counting] } }, OfMethodAndClass);
      expect(await handshake(host)).toMatchObject(PASSED);
      expect(intercepted).toBe(1);
    });
  });

  it.each<[string, object, string]>([
    ['decorators that are no array', { decorators: Public() }, 'surfaces.webhook.decorators must be an array'],
    ['an invalid decorator', { decorators: ['public'] }, 'surfaces.webhook.decorators[0] must be'],
    ['an invalid version', { version: 2 }, 'surfaces.webhook.version must be'],
  ])('%s stop the start', (_, webhook, message) => {
    expect(() => WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { webhook } })).toThrow(message);
  });
});
