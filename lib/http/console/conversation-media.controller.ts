import type { ServerResponse } from 'node:http';
import { toUSVString } from 'node:util';
import { Controller, Get, Inject, type LoggerService, Param, Res, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RequireAbility } from '../../auth/caller.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { NotFoundError } from '../../errors.js';
import { isJsonObject } from '../../graph/json.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { plainType } from '../../media/media-types.js';
import { MediaService } from '../../media/media.service.js';
import type { WhatsAppMessage } from '../../messages/message.view.js';
import { ConversationIdPipe, ID_PARAM } from '../conversations/conversation-id.pipe.js';
import { Operation } from '../openapi/operation.js';
import { integer, string } from '../openapi/schema.js';
import { RawResponse } from '../surface/handler-parameters.js';
import { CurrentViewer, OpenToLinks, type Viewer } from './console.guard.js';
import { ViewedConversations } from './viewed-conversations.js';

/** What browsers show without running anything of it. SVG and HTML are not among them. */
const SHOWN_INLINE: ReadonlySet<string> = new Set([
  ...['jpeg', 'png', 'webp', 'gif'].map((name) => `image/${name}`),
  ...['aac', 'amr', 'mpeg', 'mp4', 'ogg'].map((name) => `audio/${name}`),
  ...['mp4', '3gpp'].map((name) => `video/${name}`),
]);

const BYTES = { schema: string({ format: 'binary' }), example: '' };

const NO_FILE = new NotFoundError('MEDIA_NOT_FOUND', 'Message 12 has no file at Meta.');

/** Files of conversations, out of Meta's hands: whatever they are, a browser runs nothing of them. */
@Controller('api/conversations')
@OpenToLinks()
export class ConversationMediaController {
  constructor(
    private readonly viewed: ViewedConversations,
    private readonly conversations: ConversationsService,
    private readonly media: MediaService,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  @Operation({
    summary: 'Get the file of a message',
    description:
      'Images, audio and video of types that are safe are shown; all else is `application/octet-stream`, to be saved. Meta keeps what ' +
      'customers send for 7 days, and what was uploaded for 30.',
    params: { ...ID_PARAM, message: { description: 'Row of the message.', schema: integer() } },
    answers: {
      200: {
        description: 'The file.',
        content: Object.fromEntries(['application/octet-stream', ...SHOWN_INLINE].map((type) => [type, BYTES])),
      },
    },
    errors: [404, 502],
    throws: [NO_FILE],
  })
  @Get(':id/messages/:message/media')
  @RequireAbility('messages.read')
  async get(
    @Param('id', ConversationIdPipe) id: number,
    @Param('message') messageId: string,
    @CurrentViewer() viewer: Viewer,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): Promise<void> {
    const { workspace } = viewer;
    const { phoneNumberId } = await this.viewed.find(id, viewer);
    const file = fileOf(await this.conversations.message(id, Number(messageId), { workspace }));
    if (!file) throw new NotFoundError('MEDIA_NOT_FOUND', `Message ${messageId} has no file at Meta.`);
    const { stream, mimeType, size } = await this.media.download(file.id, { workspace, phoneNumberId });
    const type = plainType(mimeType ?? file.type ?? '');
    const isShown = SHOWN_INLINE.has(type);
    // Nest destroys what it sends; a client that is gone before that leaves it to us.
    rawResponse.once('close', () => stream.destroy());
    stream.once('error', (error) => {
      this.logger.warn(`The file of message ${messageId} broke off: ${error.message}`);
    });
    const headers = {
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    };
    const adapter = this.adapterHost.httpAdapter;
    for (const [name, value] of Object.entries(headers)) adapter.setHeader(response, name, value);
    const answer = new StreamableFile(stream, {
      type: isShown ? type : 'application/octet-stream',
      disposition: `${isShown ? 'inline' : 'attachment'}; ${filenameOf(file.name ?? `file-${messageId}`)}`,
      length: size,
    });
    adapter.reply(
      response,
      answer.setErrorHandler(() => rawResponse.destroy()).setErrorLogger(() => {}),
      200,
    );
  }
}

interface MessageFile {
  /** Meta's. */
  readonly id: string;
  readonly type: string | undefined;
  readonly name: string | undefined;
}

/** The file of a message that Meta has; what was sent by its address Meta keeps for itself. */
function fileOf(message: WhatsAppMessage): MessageFile | undefined {
  const content: unknown = message.content;
  if (!isJsonObject(content) || typeof content['id'] !== 'string') return undefined;
  const { id, mime_type: type, filename: name } = content;
  return { id, type: textOf(type), name: textOf(name) };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A name of a stranger's as a header takes it: in ASCII, and in full for browsers that know how. */
function filenameOf(name: string): string {
  const whole = toUSVString(name).replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, '_');
  const plain = whole.replaceAll(/[^\x20-\x7e]|["%;]/g, '_');
  const encoded = encodeURIComponent(whole).replaceAll(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `filename="${plain}"; filename*=UTF-8''${encoded}`;
}
