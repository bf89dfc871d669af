import { Body, Controller, Get, HttpCode, Inject, type LoggerService, Post } from '@nestjs/common';
import { OutageLog } from '../../database/outage-log.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { ValidationError } from '../../errors.js';
import type { IdempotencyInput } from '../../idempotency/idempotency-key.js';
import { IdempotencyConflictError } from '../../idempotency/idempotency.errors.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { MessagesService } from '../../messages/messages.service.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { describeError } from '../described-error.js';
import { ValidDtoPipe } from '../dto.pipe.js';
import { IdempotencyKey } from '../idempotency-key.decorator.js';
import { CONVERSATIONS_HTTP_OPTIONS, type ConversationsHttpOptions } from './conversations-http.options.js';
import { againWhenTooFast } from './again-when-too-fast.js';
import { ConversationTemplates, type FilledTemplate } from './conversation-templates.js';
import { oneAfterAnother } from './one-after-another.js';
import { type GivenRecipient, readRecipients, SendTemplateDto } from './send-template.dto.js';
import { templateProblems } from './template-given.js';
import {
  presentFailedRecipient,
  presentSentRecipient,
  presentTemplate,
  type RecipientResult,
} from './template.presenter.js';
import { Operation } from '../openapi/operation.js';
import { listTemplatesOperation, sendTemplateOperation } from './send-template.operations.js';

/** Sends of one request that are on their way at the same time: their number's pace is shared with all other sends. */
const AT_ONCE = 8;

/** Templates, and their sends to several people by one request. */
@Controller()
export class SendTemplateController {
  constructor(
    @Inject(CONVERSATIONS_HTTP_OPTIONS) private readonly options: ConversationsHttpOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
    private readonly conversations: ConversationsService,
    private readonly conversationTemplates: ConversationTemplates,
    private readonly messages: MessagesService,
    private readonly templates: TemplatesService,
  ) {}

  /** Fetches the templates from Meta, too. */
  @Operation(listTemplatesOperation)
  @Get('templates')
  @RequireAbility('templates.read')
  async list(@CurrentCaller() { workspace }: Caller): Promise<object> {
    await this.templates.sync({ workspace });
    const templates = await this.templates.list({ workspace, status: 'APPROVED' });
    return { success: true, data: templates.map(presentTemplate) };
  }

  @Operation(sendTemplateOperation)
  @Post('send-template')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async send(
    @Body(new ValidDtoPipe(SendTemplateDto)) body: SendTemplateDto,
    @CurrentCaller() { workspace, apiKeyId }: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const { recipients, problems } = readRecipients(body.recipients);
    const { templateName: name, languageCode } = body;
    const language = languageCode ?? this.options.defaultLanguage;
    const named = templateProblems({ name, language }, { name: 'templateName', language: 'languageCode' });
    if (typeof name !== 'string' || typeof language !== 'string' || named.length + problems.length > 0) {
      throw new ValidationError([...named, ...problems]);
    }
    // A request that is repeated is answered again even if its template is another by now.
    let filling: Promise<FilledTemplate> | undefined;
    const fill = () =>
      (filling ??= this.conversationTemplates.filled({ name, language, components: body.components }, workspace));
    const results = await oneAfterAnother(recipients, AT_ONCE, (recipient, index) =>
      this.#sendTo(recipient, fill, { apiKeyId, idempotency: idempotency && ofRecipient(idempotency, index) }),
    );
    const sent = results.filter(({ success }) => success).length;
    const total = results.length;
    return { success: true, summary: { total, sent, failed: total - sent }, results };
  }

  async #sendTo(
    { phoneNumber, requestId }: GivenRecipient,
    fill: () => Promise<FilledTemplate>,
    envelope: Pick<Caller, 'apiKeyId'> & { readonly idempotency: IdempotencyInput | undefined },
  ): Promise<RecipientResult> {
    const failed = (error: unknown) => this.#failed(phoneNumber, error);
    const answered = await this.messages
      .answered(envelope.idempotency)
      .then((message) => message && presentSentRecipient(phoneNumber, message), failed);
    if (answered) return answered;
    const input = { ...(await fill()), ...envelope, to: phoneNumber, requestId };
    return againWhenTooFast(() => this.conversations.sendTemplateTo(input)).then(
      ({ message }) => presentSentRecipient(phoneNumber, message),
      failed,
    );
  }

  #failed(phoneNumber: string, error: unknown): RecipientResult {
    // It tells of the whole request: that it was another one, or is still running.
    if (error instanceof IdempotencyConflictError) throw error;
    const described = describeError(error);
    if (described.status === 500 && !this.outages.covers(error)) this.logger.error(String(error));
    return presentFailedRecipient(phoneNumber, described);
  }
}

/** Each recipient has a row of their own, and each row a key; the first one's tells whether the request is the same. */
const ofRecipient = ({ scope, ...input }: IdempotencyInput, index: number): IdempotencyInput => ({
  ...input,
  scope: `${scope} recipient ${index}`,
});
