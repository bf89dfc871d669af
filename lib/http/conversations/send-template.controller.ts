import { setTimeout } from 'node:timers/promises';
import { Body, Controller, HttpCode, Inject, type LoggerService, Post } from '@nestjs/common';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  Min,
} from 'class-validator';
import { OutageLog } from '../../store/outage-log.js';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { ConversationSends } from '../../conversations/conversation-sends.js';
import { NotFoundError, RateLimitedError, ValidationError } from '../../errors.js';
import { type IdempotencyInput, IdempotencyConflictError } from '../../messages/idempotency-key.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { IdempotentSends } from '../../messages/idempotent-sends.js';
import { describeError, type DescribedError } from '../surface/described-error.js';
import { type CheckedBody, DtoPipe, Field } from '../surface/dto.js';
import { IdempotencyKey } from '../surface/handler-parameters.js';
import { ConversationTemplates, type FilledTemplate, templateProblems } from './conversation-templates.js';
import { Operation } from '../openapi/operation.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import { exampleErrors } from '../openapi/example-errors.js';
import { inNames } from '../surface/surface-exception.filter.js';
import { FieldNames } from '../surface/field-names.js';
import { Failure, presentFailure } from './conversations-exception.filter.js';

/** Injection token of `ConversationsHttpOptions`. */
export const CONVERSATIONS_HTTP_OPTIONS = Symbol('CONVERSATIONS_HTTP_OPTIONS');

export interface ConversationsHttpOptions {
  /** The language of a template that a request does not name one for. */
  readonly defaultLanguage: string;
}

const MOST_RECIPIENTS = 1_000;

const NUMBER_REQUIRED = { message: 'is required: a phone number in a string.' };
const WHOLE_NUMBER = { message: 'must be a whole number.' };

/** One of `recipients`; whether a number can be one is reported for each by itself, when it is sent to. */
export class TemplateRecipientDto {
  @IsString(NUMBER_REQUIRED)
  @IsNotEmpty(NUMBER_REQUIRED)
  @Field({ description: 'With its country code.', service: 'to' })
  phoneNumber!: string;

  /** Id of a request in a system of yours. */
  @IsOptional()
  @IsInt(WHOLE_NUMBER)
  @Min(Number.MIN_SAFE_INTEGER, WHOLE_NUMBER)
  @Max(Number.MAX_SAFE_INTEGER, WHOLE_NUMBER)
  @Field()
  requestId?: number | null;
}

const LIST = {
  message: `is required: a list of 1 to ${MOST_RECIPIENTS}, such as [{"phoneNumber":"+50212345678"}].`,
};

/** Body of `POST /send-template`. */
export class SendTemplateDto {
  @Field({ description: 'As Meta has it.', example: 'welcome_message', service: 'template' })
  templateName?: unknown;

  @Field({
    description: 'The default of the host when left out.',
    optional: true,
    example: 'es',
    service: 'language',
  })
  languageCode?: unknown;

  @Field({
    type: 'object',
    each: true,
    itemSchema: { additionalProperties: true },
    description: 'In Meta’s own shape.',
    optional: true,
    example: [
      { type: 'header', parameters: [{ type: 'text', parameter_name: 'name', text: 'Juan' }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', parameter_name: 'name', text: 'Juan' },
          { type: 'text', parameter_name: 'company', text: 'Mi Empresa' },
        ],
      },
    ],
  })
  components?: unknown;

  @IsArray(LIST)
  @ArrayMinSize(1, LIST)
  @ArrayMaxSize(MOST_RECIPIENTS, LIST)
  @Field({
    type: () => TemplateRecipientDto,
    each: true,
    example: [{ phoneNumber: '+50212345678', requestId: 123 }, { phoneNumber: '+50287654321' }],
  })
  recipients!: readonly TemplateRecipientDto[];
}

class SentId {
  @Field({ description: 'Meta’s id of the message.', example: 'wamid.HBgLNTAyMTIzNDU2NzgVAgARGBI3RjM1QjU0NwA=' })
  id!: string | null;
}

/** The message of a recipient, as Meta answered. */
export class SentMessages {
  /** One message, with Meta’s id. */
  @Field({ type: () => SentId, each: true })
  messages!: readonly SentId[];
}

/** Why a recipient got nothing. */
export class RecipientFailure extends Failure {
  @Field({ type: 'integer', description: 'Seconds.', optional: true })
  retry_after?: number;
}

/** The outcome of one recipient's message. */
export class RecipientResult {
  @Field({ example: '+50212345678' })
  phoneNumber!: string;

  @Field({ type: 'boolean', example: true })
  success!: boolean;

  @Field({ type: () => SentMessages, description: 'Of a message that was sent.', optional: true })
  data?: SentMessages;

  @Field({ type: () => RecipientFailure, description: 'Of a message that was not sent.', optional: true })
  error?: RecipientFailure;
}

/** How many recipients there were, and how many got the message. */
export class Summary {
  @Field({ type: 'integer', example: 2 })
  total!: number;

  @Field({ type: 'integer', example: 1 })
  sent!: number;

  @Field({ type: 'integer', example: 1 })
  failed!: number;
}

/** Answer of `POST /send-template`. */
export class SendTemplateAnswer {
  @Field({ type: 'boolean', example: true })
  success!: true;

  @Field({ type: () => Summary })
  summary!: Summary;

  @Field({
    type: () => RecipientResult,
    each: true,
    example: [
      {
        phoneNumber: '+50212345678',
        success: true,
        data: { messages: [{ id: 'wamid.HBgLNTAyMTIzNDU2NzgVAgARGBI3RjM1QjU0NwA=' }] },
      },
      presentFailedRecipient('+50287654321', describeError(exampleErrors.blocked)),
    ],
  })
  results!: readonly RecipientResult[];
}

const FIELD_NAMES = new FieldNames(SendTemplateDto);

/** Sends of one request that are on their way at the same time: their number's pace is shared with all other sends. */
const CONCURRENCY = 8;

/** Sends a template to several people by one request. */
@Controller()
export class SendTemplateController {
  constructor(
    @Inject(CONVERSATIONS_HTTP_OPTIONS) private readonly options: ConversationsHttpOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
    private readonly conversations: ConversationSends,
    private readonly conversationTemplates: ConversationTemplates,
    private readonly messages: IdempotentSends,
  ) {}

  @Operation({
    summary: 'Send a template to up to 1,000 recipients',
    description: 'One recipient’s failure fails no other.',
    isIdempotent: true,
    answers: { 200: { description: 'The outcome of each, in their order.', type: SendTemplateAnswer } },
    errors: [400, 404, 409, 429, 502],
    throws: [
      new NotFoundError('TEMPLATE_NOT_FOUND', 'There is no template "welcome_message".'),
      exampleErrors.keyUsed,
      exampleErrors.unreachable,
    ],
  })
  @Post('send-template')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async send(
    @Body(new DtoPipe(SendTemplateDto)) { body, problems }: CheckedBody<SendTemplateDto>,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<SendTemplateAnswer> {
    const { recipients, templateName: name, languageCode } = body;
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
    { phoneNumber, requestId }: TemplateRecipientDto,
    fill: () => Promise<FilledTemplate>,
    envelope: Pick<WhatsAppCaller, 'apiKeyId'> & { readonly idempotency: IdempotencyInput | undefined },
  ): Promise<RecipientResult> {
    const failed = (error: unknown) => this.#failed(phoneNumber, error);
    const answered = await this.messages
      .answered(envelope.idempotency)
      .then((message) => message && presentSentRecipient(phoneNumber, message), failed);
    if (answered) return answered;
    const input = { ...(await fill()), ...envelope, to: phoneNumber, requestId: requestId ?? undefined };
    return retryWhenRateLimited(() => this.conversations.sendTemplateTo(input)).then(
      ({ message }) => presentSentRecipient(phoneNumber, message),
      failed,
    );
  }

  #failed(phoneNumber: string, error: unknown): RecipientResult {
    // It concerns the whole request, which was another one or is still running.
    if (error instanceof IdempotencyConflictError) throw error;
    const described = describeError(error);
    if (described.status === 500 && !this.outages.covers(error)) this.logger.error(String(error));
    return presentFailedRecipient(phoneNumber, inNames(described, FIELD_NAMES));
  }
}

/** Each recipient has a row of their own, and each row a key; the first one's shows whether the request is the same. */
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

function presentSentRecipient(phoneNumber: string, { wamid }: Pick<MessageEntity, 'wamid'>): RecipientResult {
  return { phoneNumber, success: true, data: { messages: [{ id: wamid }] } };
}

function presentFailedRecipient(phoneNumber: string, described: DescribedError): RecipientResult {
  const { problems, retryAfter } = described;
  const failure = presentFailure(described);
  const error = {
    ...failure,
    message: problems ? problems.map((problem) => problem.message).join(' ') : failure.message,
    ...(retryAfter !== undefined && { retry_after: retryAfter }),
  };
  return { phoneNumber, success: false, error };
}
