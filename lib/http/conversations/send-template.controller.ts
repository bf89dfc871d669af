import { Body, Controller, Get, HttpCode, Inject, type LoggerService, Post } from '@nestjs/common';
import { OutageLog } from '../../store/outage-log.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { ValidationError, RateLimitedError, type Problem } from '../../errors.js';
import type { IdempotencyInput } from '../../idempotency/idempotency-key.js';
import { IdempotencyConflictError } from '../../idempotency/idempotency.errors.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { MessagesService } from '../../messages/messages.service.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { describeError, type DescribedError } from '../described-error.js';
import { ValidDtoPipe } from '../dto.pipe.js';
import { IdempotencyKey } from '../idempotency-key.decorator.js';
import { CONVERSATIONS_HTTP_OPTIONS, type ConversationsHttpOptions } from './conversations-http.options.js';
import { ConversationTemplates, type FilledTemplate } from './conversation-templates.js';
import { templateProblems } from './template-given.js';
import { Operation } from '../openapi/operation.js';
import { listTemplatesOperation, sendTemplateOperation } from './send-template.operations.js';
import { setTimeout } from 'node:timers/promises';
import type { MessageEntity } from '../../messages/message.entity.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { presentProblems } from './problems.presenter.js';
import { isJsonObject } from '../../graph/json-object.js';

const MOST_RECIPIENTS = 1_000;

/** Body of `POST /send-template`. What it holds is checked where it is read. */
class SendTemplateDto {
  templateName?: unknown;

  /** The module's default language when left out. */
  languageCode?: unknown;

  /** In Meta's own shape. */
  components?: unknown;

  /** 1 to 1,000. */
  recipients?: unknown;
}

/** One of `recipients`. */
interface GivenRecipient {
  readonly phoneNumber: string;
  readonly requestId?: number | undefined;
}

/** Reads the list of recipients; whether a number can be one is told of each by itself, when it is sent to. */
function readRecipients(given: unknown): {
  readonly recipients: readonly GivenRecipient[];
  readonly problems: readonly Problem[];
} {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_RECIPIENTS) {
    const message = `is required: a list of 1 to ${MOST_RECIPIENTS}, such as [{"phoneNumber":"+50212345678"}].`;
    return { recipients: [], problems: [{ path: 'recipients', message }] };
  }
  const problems: Problem[] = [];
  const recipients = given.flatMap((recipient: unknown, index) => {
    const { phoneNumber, requestId } = isJsonObject(recipient) ? recipient : {};
    const path = `recipients[${index}]`;
    if (typeof phoneNumber !== 'string' || phoneNumber === '') {
      problems.push({ path: `${path}.phoneNumber`, message: 'is required: a phone number in a string.' });
    }
    if (!isRequestId(requestId)) {
      problems.push({ path: `${path}.requestId`, message: 'must be a whole number.' });
    }
    return typeof phoneNumber === 'string' && isRequestId(requestId)
      ? [{ phoneNumber, requestId: requestId ?? undefined }]
      : [];
  });
  return { recipients, problems };
}

const isRequestId = (value: unknown): value is number | null | undefined =>
  value === undefined || value === null || Number.isSafeInteger(value);

/** Sends of one request that are on their way at the same time: their number's pace is shared with all other sends. */
const CONCURRENCY = 8;

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
    const results = await mapWithConcurrency(recipients, CONCURRENCY, (recipient, index) =>
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
    return retryWhenRateLimited(() => this.conversations.sendTemplateTo(input)).then(
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

const MAX_ATTEMPTS = 4;

/** Seconds that a client may be kept waiting for one more try. */
const LONGEST_WAIT = 2;

/** Sends again, a moment later, what Meta did not take because the phone number was too fast. */
async function retryWhenRateLimited<Result>(send: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof RateLimitedError) || error.retryAfter > LONGEST_WAIT || tries === MAX_ATTEMPTS)
        throw error;
      await setTimeout(error.retryAfter * 1_000);
    }
  }
}

/**
 * Does the work for each item, in their order and a few at the same time; the first one alone, so that nothing more is
 * begun when it fails. Should others fail, the rest is done all the same.
 * @throws the first failure in the order of the items
 */
async function mapWithConcurrency<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: PromiseSettledResult<Result>[] = [];
  const [first] = items;
  if (first === undefined) return [];
  results.push({ status: 'fulfilled', value: await work(first, 0) });
  let next = 1;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let item = items[next]; item !== undefined; item = items[next]) {
        const index = next;
        next += 1;
        [results[index]] = await Promise.allSettled([work(item, index)]);
      }
    }),
  );
  return results.map((result) => {
    if (result.status === 'fulfilled') return result.value;
    throw result.reason;
  });
}

/** What became of one recipient's message. */
interface RecipientResult {
  readonly phoneNumber: string;
  readonly success: boolean;
}

/** One of `GET /templates`. */
function presentTemplate({ name, status, category, language, components }: TemplateEntity): object {
  return { name, status, category, language, components };
}

function presentSentRecipient(phoneNumber: string, { wamid }: MessageEntity): RecipientResult & object {
  const data = { messages: [{ id: wamid }] };
  return Object.assign({ phoneNumber, success: true }, { data });
}

function presentFailedRecipient(
  phoneNumber: string,
  { code, message, problems, meta, messageId, retryAfter }: DescribedError,
): RecipientResult & object {
  const error = {
    code,
    message: problems ? problems.map((problem) => problem.message).join(' ') : message,
    ...(problems && { errors: presentProblems(problems) }),
    ...(meta && { meta }),
    ...(messageId !== undefined && { message_id: messageId }),
    ...(retryAfter !== undefined && { retry_after: retryAfter }),
  };
  return Object.assign({ phoneNumber, success: false }, { error });
}
