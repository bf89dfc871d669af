import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  type INestApplication,
  Post,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  AbilityGuard,
  type WhatsAppCaller,
  type WhatsAppCallerRequest,
  CurrentCaller,
  RequireAbility,
} from '../../lib/auth/caller.js';
import { ApiKeysService } from '../../lib/auth/api-keys.service.js';
import { ForbiddenError, UnauthenticatedError } from '../../lib/auth/auth.errors.js';

/** The HTTP servers that Nest runs on, for a table. */
export const adapters = [
  { title: 'Express', create: () => new ExpressAdapter() },
  { title: 'Fastify', create: () => new FastifyAdapter() },
];

/** Answers with what the guards' errors say, as a surface does in words of its own. */
@Catch(UnauthenticatedError, ForbiddenError)
class AuthErrorFilter implements ExceptionFilter<UnauthenticatedError | ForbiddenError> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(error: UnauthenticatedError | ForbiddenError, host: ArgumentsHost): void {
    const isUnauthenticated = error instanceof UnauthenticatedError;
    const why = isUnauthenticated ? { reason: error.reason } : { ability: error.ability };
    const { name, code, message } = error;
    const response: unknown = host.switchToHttp().getResponse();
    this.host.httpAdapter.reply(response, { ...why, name, code, message }, isUnauthenticated ? 401 : 403);
  }
}

/** Starts a real server whose routes are behind that guard and `AbilityGuard`. */
export async function startGuardedApp(
  adapter: (typeof adapters)[number],
  guard: Type<CanActivate>,
  apiKeys: ApiKeysService,
): Promise<{ app: INestApplication; url: string }> {
  @Controller()
  @UseGuards(guard, AbilityGuard)
  @UseFilters(AuthErrorFilter)
  class GuardedController {
    @Get('caller')
    caller(@CurrentCaller() caller: WhatsAppCaller) {
      return caller;
    }

    @Post('messages')
    @RequireAbility('messages.send')
    send() {
      return { sent: true };
    }
  }

  @Controller('contacts')
  @UseGuards(guard, AbilityGuard)
  @UseFilters(AuthErrorFilter)
  @RequireAbility('contacts.read')
  class ContactsController {
    @Get()
    list() {
      return [];
    }

    @Post()
    @RequireAbility('contacts.create')
    create() {
      return {};
    }
  }

  const module = await Test.createTestingModule({
    controllers: [GuardedController, ContactsController],
    providers: [{ provide: ApiKeysService, useValue: apiKeys }],
  }).compile();
  const app = module.createNestApplication(adapter.create(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

/** A guard of a host's own, which lets everyone pass as whoever it was given. */
export function hostGuard(caller: WhatsAppCaller | undefined): Type<CanActivate> {
  return class HostGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      if (caller) context.switchToHttp().getRequest<WhatsAppCallerRequest>().whatsapp = caller;
      return true;
    }
  };
}
