import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IsString } from 'class-validator';
import { type ApiKeyAbility, API_KEY_ABILITIES } from '../../auth/ability.js';
import type { ApiKeyRequest } from '../../auth/api-key.guard.js';
import { ForeignPageError, UnauthenticatedError } from '../../auth/auth.errors.js';
import { AsksWho, CurrentCaller, OpenToAll, type WhatsAppCaller } from '../../auth/caller.js';
import { ConsoleSessions } from '../../auth/console-sessions.js';
import { Operation } from '../openapi/operation.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { CONSOLE_HEADER, NO_ONE, OpenToLinks, SESSION_COOKIE, sessionTokenIn } from './console.guard.js';
import { CONSOLE_SETTINGS, type ConsoleSettings } from './console.options.js';

const WRONG_KEY = 'This API key is unknown, revoked or expired: check that all of it was copied, or ask for another.';

/** Body of `POST /api/session`. */
export class SignInDto {
  @IsString({ message: 'must be an API key.' })
  @Field({ description: 'An API key.', example: 'whatsapp_W9h2Jc4hB0y1xkq7' })
  key!: string;
}

/** Who looks at the console. */
export class SessionAnswer {
  @Field({ description: 'The workspace that is shown.', example: 'default' })
  workspace!: string;

  @Field({
    description: 'What the person may do; `*` is everything.',
    each: true,
    itemSchema: { enum: ['*', ...API_KEY_ABILITIES] },
    example: ['*'],
  })
  abilities!: readonly ApiKeyAbility[];

  @Field({
    description: 'Of the API key; null where the app itself says who it is.',
    nullable: true,
    example: 'Support',
  })
  key_name!: string | null;

  @Field({ type: 'boolean', description: 'Whether there is a session to end.', example: true })
  is_signed_in!: boolean;

  @Field({ type: 'boolean', description: 'Whether nothing is shown before someone signs in.', example: false })
  needs_sign_in!: boolean;
}

interface SessionRequest extends ApiKeyRequest {
  /** As the host's framework trusts its proxies. */
  readonly protocol?: string;
}

/** Signs people in and out. */
@Controller('api/session')
export class ConsoleSessionController {
  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(CONSOLE_SETTINGS) private readonly settings: ConsoleSettings,
  ) {}

  @Operation({
    summary: 'Get who looks at the console',
    answers: { 200: { description: 'Workspace and abilities.', type: SessionAnswer } },
    errors: [401],
  })
  @Get()
  @AsksWho()
  @OpenToLinks()
  get(@CurrentCaller() caller: WhatsAppCaller, @Req() { headers }: SessionRequest): SessionAnswer {
    return presentSession(caller, caller !== NO_ONE && sessionTokenIn(headers) !== undefined);
  }

  @Operation({
    summary: 'Sign in with an API key',
    description: 'The session is kept in a cookie that no script can read.',
    answers: { 200: { description: 'Signed in.', type: SessionAnswer } },
    errors: [400, 401, 403, 429],
    throws: [new UnauthenticatedError('invalid', WRONG_KEY), new ForeignPageError(CONSOLE_HEADER)],
  })
  @Post()
  @HttpCode(200)
  @OpenToAll()
  async signIn(
    @Body(new ValidDtoPipe(SignInDto)) { key }: SignInDto,
    @Req() request: SessionRequest,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<SessionAnswer> {
    const { sessionLifetime: lifetime } = this.settings;
    const opened = await this.sessions.open({ key: key.trim(), address: request.ip, lifetime });
    if (!opened) throw new UnauthenticatedError('invalid', WRONG_KEY);
    this.#setCookie(request, response, { token: opened.token, lifetime });
    return presentSession(opened.caller, true);
  }

  @Operation({
    summary: 'Sign out',
    answers: { 204: { description: 'The session is over.' } },
    errors: [403],
    throws: [new ForeignPageError(CONSOLE_HEADER)],
  })
  @Delete()
  @HttpCode(204)
  @OpenToAll()
  async signOut(@Req() request: SessionRequest, @Res({ passthrough: true }) response: unknown): Promise<void> {
    const token = sessionTokenIn(request.headers);
    if (token !== undefined) await this.sessions.close(token);
    this.#setCookie(request, response, { token: '', lifetime: 0 });
  }

  #setCookie(
    { protocol }: SessionRequest,
    response: unknown,
    { token, lifetime }: { readonly token: string; readonly lifetime: number },
  ): void {
    const parts = [
      `${SESSION_COOKIE}=${token}`,
      `Max-Age=${Math.ceil(lifetime / 1_000)}`,
      'HttpOnly',
      'SameSite=Strict',
      ...(protocol === 'https' ? ['Secure'] : []),
    ];
    this.adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', parts.join('; '));
  }
}

const presentSession = (caller: WhatsAppCaller, isSignedIn: boolean): SessionAnswer => ({
  workspace: caller.workspace,
  abilities: caller.abilities,
  key_name: caller.apiKeyName ?? null,
  is_signed_in: isSignedIn,
  needs_sign_in: caller === NO_ONE,
});
