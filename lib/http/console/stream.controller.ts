import type { ServerResponse } from 'node:http';
import {
  Controller,
  createParamDecorator,
  Get,
  Header,
  Headers,
  Inject,
  type LoggerService,
  Query,
  Res,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IsOptional, IsString } from 'class-validator';
import { type ApiKeyAbility, hasAbility } from '../../auth/ability.js';
import { type ApiKeyRequest, presentedKeys } from '../../auth/api-key.guard.js';
import { CallerStreams } from '../../auth/caller-streams.js';
import { CurrentCaller, type WhatsAppCaller } from '../../auth/caller.js';
import { ConsoleSessions } from '../../auth/console-sessions.js';
import { ForbiddenError } from '../../auth/auth.errors.js';
import { ValidationError } from '../../errors.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import type { StreamEvent, StreamEventKind } from '../../stream/stream-event.js';
import { WhatsAppStream } from '../../stream/whatsapp-stream.js';
import {
  eventStream,
  HEARTBEAT,
  mapped,
  streamedAnswer,
} from '../meta-templates/bulk-sends/bulk-send-streams.controller.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { RawResponse } from '../surface/handler-parameters.js';
import { sessionTokenIn } from './console.guard.js';

/** The ability that each kind of events needs. */
const ABILITIES = {
  message: 'messages.read',
  inbound: 'messages.read',
  conversation: 'messages.read',
  bulk_send: 'messages.read',
  pause: 'accounts.read',
  template: 'templates.read',
  webhook: 'webhooks.read',
} as const satisfies Record<StreamEventKind, ApiKeyAbility>;

const isKind = (text: string): text is StreamEventKind => text in ABILITIES;

/** Query of `GET /api/stream`. */
export class StreamDto {
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @Field({
    description: `Only events of these kinds, with commas between them: ${Object.keys(ABILITIES).join(', ')}.`,
    example: 'message,inbound',
  })
  kinds?: string;
}

/** An event as the stream carries it. */
export type LiveEvent = ReturnType<typeof presentEvent>;

const EXAMPLE = {
  kind: 'message',
  time: '2026-11-30T12:00:00.000Z',
  messages: [{ id: 12, status: 'read', phone_number_id: '106540352242922', bulk_send_id: null, conversation_id: 3 }],
  omitted: 0,
};

/** The token of the session by which a request was let in; undefined where a key in a header, or the host, said who it is. */
const SessionToken = createParamDecorator((_: unknown, context): string | undefined => {
  const request = context.switchToHttp().getRequest<ApiKeyRequest>();
  const isByKey = request.whatsapp?.apiKeyId !== undefined && presentedKeys(request.headers).length === 0;
  return isByKey ? sessionTokenIn(request.headers) : undefined;
});

/** Streams what happens, for pages that show it. */
@Controller('api/stream')
export class ConsoleStreamController {
  constructor(
    private readonly stream: WhatsAppStream,
    private readonly streams: CallerStreams,
    private readonly sessions: ConsoleSessions,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  @Operation({
    summary: 'Watch what happens in the workspace',
    description:
      'Server-sent events that name what has changed. `reset` says that events may be missing before it; it comes first, unless ' +
      '`Last-Event-ID` names an event of the last minutes: then those after it do. Only kinds that the person may read.',
    answers: {
      200: {
        description: 'The events; lines that begin with a colon keep the connection open.',
        content: {
          'text/event-stream': { schema: string(), example: `id: 4711\ndata: ${JSON.stringify(EXAMPLE)}\n\n` },
        },
      },
    },
    errors: [400, 429],
  })
  @Get()
  // Kept for another request, the connection would keep an app open that closes.
  @Header('Connection', 'close')
  @Header('X-Accel-Buffering', 'no')
  async events(
    @Query(new ValidDtoPipe(StreamDto)) { kinds }: StreamDto,
    @Headers('last-event-id') after: string | undefined,
    @CurrentCaller() caller: WhatsAppCaller,
    @SessionToken() token: string | undefined,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): Promise<void> {
    const allowed = kindsFor(caller, kinds);
    const isSignedIn = token === undefined ? undefined : async () => (await this.sessions.find(token)) !== null;
    const signal = this.streams.open(caller, rawResponse, isSignedIn);
    const events = this.stream.subscribe({ workspace: caller.workspace, kinds: allowed, after, signal });
    const text = opened(eventStream(mapped(events, presentEvent), HEARTBEAT, ({ id }) => id));
    const type = 'text/event-stream; charset=utf-8';
    // Compressed, events would wait for those that fill a block.
    this.adapterHost.httpAdapter.setHeader(response, 'Cache-Control', 'no-store, no-transform');
    const answer = streamedAnswer(text, { response: rawResponse, type, logger: this.logger });
    this.adapterHost.httpAdapter.reply(response, answer);
  }
}

/** The client learns at once that it is connected. */
async function* opened(text: AsyncIterable<string>): AsyncGenerator<string> {
  yield ': open\n\n';
  yield* text;
}

/** @throws ValidationError, ForbiddenError */
function kindsFor({ abilities }: WhatsAppCaller, asked: string | undefined): readonly StreamEventKind[] {
  const named = asked?.split(',').map((kind) => kind.trim()) ?? Object.keys(ABILITIES);
  const kinds = named.filter(isKind);
  if (kinds.length < named.length || kinds.length === 0) {
    const message = `must be some of ${Object.keys(ABILITIES).join(', ')}, with commas between them.`;
    throw new ValidationError([{ path: 'kinds', message }]);
  }
  const allowed = kinds.filter((kind) => hasAbility(abilities, ABILITIES[kind]));
  const [first] = kinds;
  if (allowed.length === 0 && first) throw new ForbiddenError(ABILITIES[first]);
  return allowed;
}

function presentEvent(event: StreamEvent) {
  const { id, time } = event;
  switch (event.kind) {
    case 'message':
      return {
        id,
        time,
        kind: event.kind,
        messages: event.messages.map((message) => ({
          id: message.id,
          status: message.status,
          phone_number_id: message.phoneNumberId,
          bulk_send_id: message.bulkSendId,
          conversation_id: message.conversationId,
        })),
        omitted: event.omitted,
      };
    case 'inbound':
      return {
        id,
        time,
        kind: event.kind,
        messages: event.messages.map((message) => ({
          id: message.id,
          phone_number_id: message.phoneNumberId,
          conversation_id: message.conversationId,
        })),
        omitted: event.omitted,
      };
    case 'conversation':
      return {
        id,
        time,
        kind: event.kind,
        conversations: event.conversations.map((one) => ({ id: one.id, phone_number_id: one.phoneNumberId })),
        omitted: event.omitted,
      };
    case 'bulk_send': {
      const { kind, change, status, bulkSendId: bulk_send_id, phoneNumberId: phone_number_id } = event;
      return { id, time, kind, bulk_send_id, change, status, phone_number_id };
    }
    case 'pause':
      return { id, time, kind: event.kind, scope: event.scope, subject_id: event.subjectId, is_paused: event.isPaused };
    case 'template':
    case 'webhook':
      return { id, time, kind: event.kind, business_account_id: event.businessAccountId };
    default:
      return { id, time, kind: event.kind };
  }
}
