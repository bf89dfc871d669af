import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { AccountsService } from '../../accounts/accounts.service.js';
import { RequireAbility } from '../../auth/caller.js';
import { MessageTexts } from '../../conversations/conversation-progress.js';
import type { ConversationEnvelope, SentInConversation } from '../../conversations/conversations.inputs.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { NotFoundError, ValidationError } from '../../errors.js';
import { MetaUnreachableError, OutcomeUnknownError } from '../../graph/meta-outcome.errors.js';
import {
  LARGEST_MEDIA,
  LARGEST_OF_KIND,
  type MediaKind,
  mediaTypeOfKind,
  typeOfName,
  typesOf,
} from '../../media/media-types.js';
import { MediaService } from '../../media/media.service.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { BodyStream, type ByteStream, StreamedBody } from '../bodies/body.decorators.js';
import type { Form, FormFile } from '../bodies/multipart/form.js';
import { MULTIPART, withForm } from '../bodies/multipart/read-multipart.js';
import { ConversationIdPipe, ID_PARAM } from '../conversations/conversation-id.pipe.js';
import { TemplateVariablesDto, toTemplateVariables } from '../meta-templates/template.dto.js';
import { Operation } from '../openapi/operation.js';
import { DtoPipe, Field, ValidDtoPipe } from '../surface/dto.js';
import { IdempotencyKey } from '../surface/handler-parameters.js';
import { givenFields, keyOfForm } from '../workspace/uploads/uploads.js';
import { CurrentViewer, OpenToLinks, type Viewer } from './console.guard.js';
import { presentThreadMessage, ThreadMessage } from './conversation.presenter.js';
import { ConsoleTemplate, presentTemplate } from './template.presenter.js';
import { ViewedConversations } from './viewed-conversations.js';

class ReplyDto {
  @IsOptional()
  @IsString({ message: 'must be a wamid.' })
  @Field({ description: 'The wamid of the message that it replies to.', service: 'replyTo' })
  reply_to?: string | null;
}

/** Body of `POST /api/conversations/{id}/text`. */
export class SendTextDto extends ReplyDto {
  @Field({ minLength: 1, maxLength: 4_096, example: 'Hola', service: ['text', 'text.body'] })
  text!: string;
}

/** Body of `POST /api/conversations/{id}/reaction`. */
export class SendReactionDto {
  @Field({ description: 'The wamid of the customer’s message.', example: 'wamid.HBgN', service: 'reaction.message_id' })
  wamid!: string;

  @Field({ description: 'One emoji; empty takes the reaction back.', example: '👍', service: 'reaction.emoji' })
  emoji!: string;
}

/** Body of `POST /api/conversations/{id}/template`. */
export class SendConversationTemplateDto extends TemplateVariablesDto {
  @Field({ description: 'Its name.', example: 'welcome_message', service: 'template' })
  name!: string;

  @Field({ example: 'es' })
  language!: string;
}

/** What goes along with a file. */
export class SendFileDto extends ReplyDto {
  @IsOptional()
  @Field({
    description: 'Audio has none.',
    maxLength: 1_024,
    service: ['image', 'video', 'document', 'audio'].map((kind) => `${kind}.caption`),
  })
  caption?: string | null;
}

/** Form of `POST /api/conversations/{id}/file`. */
export class SendFileForm extends SendFileDto {
  @Field({ description: 'An image, a video, audio or a document; its first bytes show its type.', format: 'binary' })
  file!: unknown;
}

/** Answer of `GET /api/conversations/{id}/templates`. */
export class SendableTemplatesAnswer {
  @Field({ type: () => ConsoleTemplate, each: true })
  templates!: readonly ConsoleTemplate[];
}

const FILES = { file: { most: LARGEST_MEDIA } } as const;

const SENDS = {
  isIdempotent: true,
  params: ID_PARAM,
  answers: { 201: { description: 'Meta accepted the message.', type: ThreadMessage } },
  errors: [400, 404, 409, 429, 502, 504],
  throws: [new NotFoundError('CONVERSATION_NOT_FOUND', 'There is no conversation 45.')],
} as const;

/** Sends messages in conversations. A click that is repeated with its key sends once. */
@Controller('api/conversations')
@OpenToLinks()
export class ConversationSendsController {
  readonly #form = new DtoPipe(SendFileDto);

  constructor(
    private readonly viewed: ViewedConversations,
    private readonly conversations: ConversationsService,
    private readonly texts: MessageTexts,
    private readonly media: MediaService,
    private readonly templates: TemplatesService,
    private readonly accounts: AccountsService,
  ) {}

  @Operation({ ...SENDS, summary: 'Send a text in a conversation' })
  @Post(':id/text')
  @HttpCode(201)
  @RequireAbility('messages.send')
  async sendText(
    @Param('id', ConversationIdPipe) id: number,
    @Body(new ValidDtoPipe(SendTextDto)) { text, reply_to: replyTo }: SendTextDto,
    @CurrentViewer() viewer: Viewer,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<ThreadMessage> {
    await this.viewed.find(id, viewer);
    const content = { ...envelopeOf(viewer, idempotency, replyTo), type: 'text', content: { body: text } };
    return this.#present(await this.conversations.sendContent(id, content));
  }

  @Operation({ ...SENDS, summary: 'React to a message of the customer’s' })
  @Post(':id/reaction')
  @HttpCode(201)
  @RequireAbility('messages.send')
  async sendReaction(
    @Param('id', ConversationIdPipe) id: number,
    @Body(new ValidDtoPipe(SendReactionDto)) { wamid, emoji }: SendReactionDto,
    @CurrentViewer() viewer: Viewer,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<ThreadMessage> {
    await this.viewed.find(id, viewer);
    const content = { ...envelopeOf(viewer, idempotency), type: 'reaction', content: { message_id: wamid, emoji } };
    return this.#present(await this.conversations.sendContent(id, content));
  }

  @Operation({
    ...SENDS,
    summary: 'Send a template in a conversation',
    description: 'Also when the customer did not write in the last 24 hours.',
  })
  @Post(':id/template')
  @HttpCode(201)
  @RequireAbility('messages.send')
  async sendTemplate(
    @Param('id', ConversationIdPipe) id: number,
    @Body(new ValidDtoPipe(SendConversationTemplateDto)) { name, language, ...values }: SendConversationTemplateDto,
    @CurrentViewer() viewer: Viewer,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<ThreadMessage> {
    await this.viewed.find(id, viewer);
    const template = { ...toTemplateVariables(values), ...envelopeOf(viewer, idempotency), template: name, language };
    return this.#present(await this.conversations.sendTemplate(id, template));
  }

  @Operation({
    ...SENDS,
    summary: 'Send a file in a conversation',
    description: 'An image up to 5,120 KB, video and audio up to 16,384 KB, a document up to 102,400 KB.',
    body: SendFileDto,
    content: { [MULTIPART]: { schema: (refTo) => refTo(SendFileForm) } },
    errors: [...SENDS.errors, 413],
  })
  @Post(':id/file')
  @HttpCode(201)
  @StreamedBody(MULTIPART)
  @RequireAbility('messages.send')
  async sendFile(
    @Param('id', ConversationIdPipe) id: number,
    @Body() json: unknown,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentViewer() viewer: Viewer,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<ThreadMessage> {
    const { phoneNumberId } = await this.viewed.find(id, viewer);
    return withForm({ stream, json }, FILES, async (form) => {
      const { body, problems } = this.#form.transform(givenFields(form.fields));
      const file = readFile(form);
      const wrong = [...form.problems, ...problems, ...('problem' in file ? [file.problem] : [])];
      if ('problem' in file || wrong.length > 0) throw new ValidationError(wrong);
      const mediaId = await this.#upload(file, { workspace: viewer.workspace, phoneNumberId });
      const { caption, reply_to: replyTo } = body;
      const content = {
        id: mediaId,
        ...(caption && file.kind !== 'audio' && { caption }),
        ...(file.kind === 'document' && file.filename !== '' && { filename: file.filename.slice(0, 255) }),
      };
      const envelope = envelopeOf(viewer, keyOfForm(idempotency, form), replyTo);
      return this.#present(await this.conversations.sendContent(id, { ...envelope, type: file.kind, content }));
    });
  }

  @Operation({
    summary: 'List the templates that can be sent in a conversation',
    params: ID_PARAM,
    answers: { 200: { description: 'The approved ones of its number’s account.', type: SendableTemplatesAnswer } },
    errors: [404],
    throws: SENDS.throws,
  })
  @Get(':id/templates')
  @RequireAbility('templates.read')
  async sendable(
    @Param('id', ConversationIdPipe) id: number,
    @CurrentViewer() viewer: Viewer,
  ): Promise<SendableTemplatesAnswer> {
    const { phoneNumberId } = await this.viewed.find(id, viewer);
    const { workspace } = viewer;
    const numbers = await this.accounts.phoneNumbers({ workspace });
    const businessAccountId = numbers.find((number) => number.phoneNumberId === phoneNumberId)?.businessAccountId;
    if (businessAccountId === undefined) return { templates: [] };
    const templates = await this.templates.list({ workspace, businessAccountId, status: 'APPROVED' });
    return { templates: templates.map(presentTemplate) };
  }

  async #upload(file: ReadFile, where: { readonly workspace: string; readonly phoneNumberId: string }) {
    try {
      const { mimeType, filename } = file;
      const { mediaId } = await this.media.upload({ ...where, file: file.open(), mimeType, filename });
      return mediaId;
    } catch (error) {
      // Whether Meta has the file or not, no message went out: it can be sent again.
      if (error instanceof OutcomeUnknownError) throw new MetaUnreachableError(error);
      throw error;
    }
  }

  async #present({ message }: SentInConversation): Promise<ThreadMessage> {
    return presentThreadMessage(message, (await this.texts.of([message])).get(message.id) ?? '');
  }
}

const envelopeOf = (
  { workspace, apiKeyId }: Viewer,
  idempotency: IdempotencyInput | undefined,
  replyTo?: string | null,
): ConversationEnvelope => ({
  workspace,
  ...(apiKeyId !== undefined && { apiKeyId }),
  ...(idempotency && { idempotency }),
  ...(replyTo && { replyTo }),
});

interface ReadFile extends Pick<FormFile, 'filename' | 'open'> {
  readonly kind: MediaKind;
  readonly mimeType: string;
}

const KINDS = ['image', 'video', 'audio', 'document'] as const satisfies readonly MediaKind[];

const refused = (message: string) => ({ problem: { path: 'file', message } });

/** What the file of a form can be sent as, by its first bytes; by its name where they leave a choice. */
function readFile(form: Form): ReadFile | ReturnType<typeof refused> {
  const file = form.files.get('file');
  if (!file) return refused('is required, in a form sent as multipart/form-data.');
  if (file.size === 0) return refused('is empty.');
  const named = typeOfName(file.filename) ?? '';
  const kinds = typesOf(file.head).includes(named) ? [...KINDS].toSorted(byKindOf(named)) : KINDS;
  const readings = kinds.map((kind) => ({ kind, type: mediaTypeOfKind(kind, file.head, file.filename) }));
  for (const { kind, type } of readings) {
    if (!('mimeType' in type)) continue;
    const most = LARGEST_OF_KIND[kind];
    if (file.size > most) return refused(`is too large: at most ${most / 1024} KB of type ${kind}.`);
    return { kind, mimeType: type.mimeType, filename: file.filename, open: () => file.open() };
  }
  return refused(
    'is of a type that WhatsApp does not take: send an image (JPEG, PNG), a video (MP4, 3GP), audio, or a document (PDF, Office, text).',
  );
}

/** The kind that a type is of first. */
const byKindOf = (type: string) => (one: MediaKind, other: MediaKind) =>
  Number(type.startsWith(`${other}/`)) - Number(type.startsWith(`${one}/`));
