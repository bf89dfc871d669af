import {
  type CanActivate,
  createParamDecorator,
  type CustomDecorator,
  type ExecutionContext,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiKeyGuard, type ApiKeyRequest, presentedKeys, type RequestHeaders } from '../../auth/api-key.guard.js';
import { ApiKeysService } from '../../auth/api-keys.service.js';
import { ForbiddenError, ForeignPageError, UnauthenticatedError } from '../../auth/auth.errors.js';
import { ConsoleSessions } from '../../auth/console-sessions.js';
import { callerOf, isAskingWho, isOpenToAll, type WhatsAppCaller } from '../../auth/caller.js';
import { type ConsoleLinkScope, ConsoleLinksService } from './console-links.service.js';

/** Name of the cookie of a session. It has no path of its own: browsers keep it to the paths next to that of the sign-in. */
export const SESSION_COOKIE = 'whatsapp_console';

/** The header of every request of the console's that changes something. */
export const CONSOLE_HEADER = 'X-WhatsApp-Console';

/** The header in which the page of a link sends its token: frames of other sites get no cookie. */
export const LINK_HEADER = 'X-WhatsApp-Console-Link';

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
    if (linkTokenIn(request.headers) !== undefined) {
      // May do nothing until `ConsoleLinkGuard` has looked at the link.
      await this.attach(request, NO_ONE);
      return true;
    }
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

const linkTokenIn = (headers: RequestHeaders): string | undefined => {
  const token = headers[LINK_HEADER.toLowerCase()];
  return token === undefined || typeof token === 'string' ? token : token.join();
};

const OPEN_TO_LINKS = 'whatsapp:openToLinks';

/** Says of a method, or of every method of a controller, that whoever bears a link may call it. It must keep to the `ConsoleLinkScope`. */
export const OpenToLinks = (): CustomDecorator => SetMetadata(OPEN_TO_LINKS, true);

const isOpenToLinks = (handler: object, controller: object): boolean =>
  Reflect.getMetadata(OPEN_TO_LINKS, handler) === true || Reflect.getMetadata(OPEN_TO_LINKS, controller) === true;

/** The link has ended, or never was one. */
export class LinkEndedError extends UnauthenticatedError {
  constructor() {
    super('invalid', 'This link has ended: load the page that shows it again.');
  }
}

/** Who looks at conversations, and at which: all of the workspace, or those of a link. */
export interface Viewer extends WhatsAppCaller {
  readonly scope: ConsoleLinkScope;
}

const LINK_SCOPE = Symbol('LINK_SCOPE');

interface LinkRequest extends ApiKeyRequest {
  [LINK_SCOPE]?: ConsoleLinkScope;
}

/** Hands a method the `Viewer`. */
export const CurrentViewer = createParamDecorator((_: unknown, context): Viewer => {
  const request = context.switchToHttp().getRequest<LinkRequest>();
  return { ...callerOf(request), scope: request[LINK_SCOPE] ?? {} };
});

/**
 * Lets whoever bears a link do what the link says and no more, whoever else they are: behind the host's own guards, too, which
 * need only let requests with the header pass.
 */
@Injectable()
export class ConsoleLinkGuard implements CanActivate {
  constructor(private readonly links: ConsoleLinksService) {}

  /** @throws LinkEndedError, ForbiddenError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<LinkRequest>();
    const token = linkTokenIn(request.headers);
    if (token === undefined) return true;
    const bearer = await this.links.verify(token);
    if (!bearer) throw new LinkEndedError();
    if (!isOpenToLinks(context.getHandler(), context.getClass())) {
      throw new ForbiddenError('*', 'This link shows conversations, and nothing else of the console.');
    }
    request.whatsapp = bearer.caller;
    request[LINK_SCOPE] = bearer.scope;
    return true;
  }
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
