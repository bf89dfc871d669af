import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiKeyGuard, presentedKeys, type RequestHeaders } from '../../auth/api-key.guard.js';
import { ApiKeysService } from '../../auth/api-keys.service.js';
import { ForeignPageError, UnauthenticatedError } from '../../auth/auth.errors.js';
import { ConsoleSessions } from '../../auth/console-sessions.js';
import { isAskingWho, isOpenToAll, type WhatsAppCaller } from '../../auth/caller.js';

/** Name of the cookie of a session. It has no path of its own: browsers keep it to the paths next to that of the sign-in. */
export const SESSION_COOKIE = 'whatsapp_console';

/** The header of every request of the console's that changes something. */
export const CONSOLE_HEADER = 'X-WhatsApp-Console';

/** Whoever is not signed in: may do nothing, anywhere. */
export const NO_ONE: WhatsAppCaller = Object.freeze({ workspace: 'default', abilities: Object.freeze([]) });

/** The page has to ask for an API key. */
export class SignInRequiredError extends UnauthenticatedError {
  constructor() {
    super('missing', 'You are not signed in, or your session has ended: sign in with an API key.');
  }
}

/** Lets pages and the sign-in pass, and whoever is signed in or sends an API key in a header. */
@Injectable()
export class ConsoleGuard extends ApiKeyGuard {
  constructor(
    apiKeys: ApiKeysService,
    private readonly sessions: ConsoleSessions,
  ) {
    super(apiKeys);
  }

  /** @throws SignInRequiredError, UnauthenticatedError */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const isOpen = isOpenToAll(handler, context.getClass());
    if (isOpen && !isAskingWho(handler)) return true;
    const request = this.getRequest(context);
    if (presentedKeys(request.headers).length > 0) return super.canActivate(context);
    const token = sessionTokenIn(request.headers);
    const caller = token === undefined ? null : await this.sessions.find(token);
    if (!caller && !isOpen) throw new SignInRequiredError();
    await this.attach(request, caller ?? NO_ONE);
    return true;
  }
}

/** The token of the session that a request belongs to. */
export function sessionTokenIn(headers: RequestHeaders): string | undefined {
  const cookies = [headers['cookie'] ?? []].flat().flatMap((line) => line.split(';'));
  const own = cookies.find((cookie) => cookie.trim().startsWith(`${SESSION_COOKIE}=`));
  return own?.trim().slice(SESSION_COOKIE.length + 1);
}

/**
 * Refuses changes that another site's page asks for with the cookies of whoever looks at it: such a page cannot send a
 * header of its own choice, nor say that it is of the same origin.
 */
@Injectable()
export class ForeignPageGuard implements CanActivate {
  /** @throws ForeignPageError */
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = context
      .switchToHttp()
      .getRequest<{ readonly method: string; readonly headers: RequestHeaders }>();
    if (method === 'GET' || method === 'HEAD') return true;
    const site = headers['sec-fetch-site'] ?? 'same-origin';
    if (headers[CONSOLE_HEADER.toLowerCase()] !== '1' || site !== 'same-origin') {
      throw new ForeignPageError(CONSOLE_HEADER);
    }
    return true;
  }
}

/** Has answers kept by no cache, and taken by browsers for nothing but what they are. Pages and files say more of themselves. */
@Injectable()
export class PrivateAnswersGuard implements CanActivate {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  canActivate(context: ExecutionContext): boolean {
    const response: unknown = context.switchToHttp().getResponse();
    this.adapterHost.httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    this.adapterHost.httpAdapter.setHeader(response, 'X-Content-Type-Options', 'nosniff');
    return true;
  }
}
