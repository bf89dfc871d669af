import type { ServerResponse } from 'node:http';
import { Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { BulkValidationError, TooManyRecipientsError } from '../../../bulk/bulk.errors.js';
import type { CreateBulkSendInput, BulkDryRun, BulkRecipient, UnreadableRecipient } from '../../../bulk/bulk.inputs.js';
import { BulkTargets } from '../../../bulk/accept/target.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { NotFoundError, type ValidationProblem, ValidationError, WhatsAppError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { BodyStream, type ByteStream, RequestFields, StreamedBody } from '../../bodies/body.decorators.js';
import { type CheckedBody, DtoPipe, Field } from '../../surface/dto.js';
import { IdempotencyKey, RawResponse } from '../../surface/handler-parameters.js';
import { BULK_HTTP_OPTIONS, type BulkHttpOptions } from './bulk-http.options.js';
import { CSV, NDJSON, streamedRecipients } from './recipients/streamed-recipients.js';
import { exampleErrors } from '../../openapi/example-errors.js';
import { Operation } from '../../openapi/operation.js';
import { array, string } from '../../openapi/schema.js';
import { FieldNames } from '../../surface/field-names.js';
import type { BulkSend } from '../../../bulk/bulk-send.js';
import { presentProblems } from '../meta-templates-exception.filter.js';
import { presentQuota, QuotaInfo, BULK_SEND_ID } from './bulk-send.presenter.js';
import { whileConnected } from '../../bodies/streamed-bodies.js';
import { momentOf, IsMoment } from '../../surface/moment.js';
import { DEFAULT_LANGUAGE, PHONE_NUMBER_ID, TemplateDto } from '../template.dto.js';
import { RECIPIENT_EXAMPLE, RecipientDto, isRecipientDto, toBulkRecipient } from './recipients/recipient.dto.js';
import { IsOptional, ValidateBy } from 'class-validator';

/** Checks that a field is a boolean; in a query it is a text. */
const IsFlag = (): PropertyDecorator =>
  ValidateBy({
    name: 'isFlag',
    validator: {
      validate: (value: unknown) => value === true || value === false || value === 'true' || value === 'false',
      defaultMessage: () => 'must be true or false.',
    },
  });

/**
 * Body of `POST /meta-templates/send-bulk/`, or its query when the body is CSV or NDJSON. What has no class-validator
 * decorator here is checked by `BulkService`, for every caller; so are the recipients, of which there may be 100,000.
 */
export class SendBulkDto extends TemplateDto {
  @IsOptional()
  @Field({ description: 'For people to recognise it.', example: 'Welcome, November' })
  name?: string | null;

  @IsOptional()
  @IsMoment()
  @Field({ description: 'When to begin; now when left out.', service: 'scheduledAt' })
  scheduled_at?: string | null;

  @IsOptional()
  @Field({
    enum: ['defer', 'reject'],
    description: 'What to do when the quota does not suffice: send the rest as it frees, or refuse all.',
    default: 'defer',
    service: 'onQuotaExceeded',
  })
  on_quota_exceeded?: 'defer' | 'reject' | null;

  @IsOptional()
  @IsFlag()
  @Field({ description: 'Check everything, store and send nothing.' })
  dry_run?: boolean | 'true' | 'false' | null;

  @Field({
    type: () => RecipientDto,
    each: true,
    minItems: 1,
    description: 'At most 100,000 by default.',
    checkedByService: true,
    example: [
      { phone: '+5491112345678', variables: { name: 'Juan', company: 'Mi Empresa' } },
      { phone: '+5491187654321', variables: { name: 'María', company: 'Mi Empresa' } },
    ],
  })
  recipients?: unknown;
}

const FIELD_NAMES = new FieldNames(SendBulkDto);

/** The phone number that sends. */
export class BulkSender {
  @Field({ type: 'integer', nullable: true, example: 123 })
  id!: number | null;

  @Field({ example: PHONE_NUMBER_ID })
  phone_number_id!: string;

  @Field({ nullable: true, example: '+54 9 223 675-0780' })
  display_phone_number!: string | null;

  @Field({ nullable: true, example: 'Mi Empresa' })
  verified_name!: string | null;

  @Field({ nullable: true, example: 'GREEN' })
  quality_rating!: string | null;

  @Field({ nullable: true, example: 'TIER_2K' })
  messaging_limit_tier!: string | null;
}

/** Answer of `POST /meta-templates/send-bulk/`. */
export class AcceptedBulkSend {
  @Field({ format: 'uuid', example: BULK_SEND_ID })
  bulk_send_id!: string;

  @Field({ format: 'uuid', example: '7f8e9d0c-1b2a-4394-8576-6758493a2b1c' })
  task_id!: string;

  @Field({ enum: ['queued', 'scheduled'], example: 'queued' })
  status!: 'queued' | 'scheduled';

  @Field({ example: 'welcome_message' })
  template_name!: string;

  @Field({ type: 'integer', example: 3 })
  total_recipients!: number;

  @Field({ type: 'integer', description: 'Without duplicates.', example: 3 })
  unique_recipients!: number;

  @Field({ type: 'number', example: 0.1 })
  estimated_time_minutes!: number;

  @Field({ format: 'date-time', example: '2026-11-16T21:29:59.000Z' })
  created_at!: Date;

  @Field({ type: () => BulkSender })
  whatsapp_phone_number!: BulkSender;

  @Field({ type: () => QuotaInfo })
  quota_info!: QuotaInfo;
}

/** Answer of `POST /meta-templates/send-bulk/` with `dry_run`. */
export class DryRunAnswer {
  @Field({ type: 'boolean', example: true })
  dry_run!: true;

  @Field({ example: 'welcome_message' })
  template_name!: string;

  @Field({ type: 'integer', example: 3 })
  total_recipients!: number;

  @Field({ type: 'integer', example: 3 })
  unique_recipients!: number;

  @Field({ type: 'number', example: 0.1 })
  estimated_time_minutes!: number;

  @Field({ type: () => QuotaInfo })
  quota_info!: QuotaInfo;

  @Field({ type: 'integer', example: 0 })
  problem_count!: number;

  @Field({
    type: 'object',
    description: 'By field; the first 100.',
    additionalProperties: array(string()),
    example: {},
  })
  problems!: ReturnType<typeof presentProblems>;

  @Field({
    type: 'object',
    each: true,
    itemSchema: { additionalProperties: true },
    description: 'What Meta would get, of the first.',
    example: [
      {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '+5491112345678',
        type: 'template',
        template: { name: 'welcome_message', language: { code: 'es' }, components: [] },
      },
    ],
  })
  payloads!: BulkDryRun['payloads'];
}

const IN_STREAMS = 'The other fields are in the query. At most 1,000,000 recipients by default.';

const STREAMS = {
  'text/csv': {
    schema: string({ description: `Columns: \`phone\`, one for each variable, \`button_0\` …. ${IN_STREAMS}` }),
    example: 'phone,name,company\n+5491112345678,Juan,Mi Empresa\n+5491187654321,María,Mi Empresa\n',
  },
  'application/x-ndjson': {
    schema: string({ description: `One recipient a line, as in \`recipients\`. ${IN_STREAMS}` }),
    example:
      '{"phone":"+5491112345678","variables":{"name":"Juan","company":"Mi Empresa"}}\n' +
      '{"phone":"+5491187654321","variables":{"name":"María","company":"Mi Empresa"}}\n',
  },
} as const;

/** As Express and Fastify have it. */
interface StatusResponse {
  status(code: number): unknown;
}

/** Accepts bulk sends. */
@Controller('meta-templates')
export class SendBulkController {
  constructor(
    private readonly bulk: BulkService,
    private readonly targets: BulkTargets,
    @Inject(BULK_HTTP_OPTIONS) private readonly options: BulkHttpOptions,
  ) {}

  @Operation({
    summary: 'Send a template to many recipients',
    description:
      'If anything is wrong with any recipient the whole request is refused. Bodies of CSV and NDJSON are read as a ' +
      'stream; their other fields are in the query, and of JSON they are in the body.',
    isIdempotent: true,
    content: STREAMS,
    answers: {
      200: { description: 'The findings of `dry_run`.', type: DryRunAnswer },
      202: { description: 'Accepted.', type: AcceptedBulkSend },
    },
    errors: [400, 404, 409, 413, 429, 502],
    throws: [
      new NotFoundError('TEMPLATE_NOT_FOUND', 'There is no template "welcome_message".'),
      exampleErrors.keyUsed,
      exampleErrors.unreachable,
    ],
  })
  @Post('send-bulk')
  @HttpCode(202)
  @StreamedBody(CSV, NDJSON)
  @RequireAbility('messages.send')
  async send(
    @RequestFields(new DtoPipe(SendBulkDto)) { body, problems }: CheckedBody<SendBulkDto>,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: WhatsAppCaller,
    @IdempotencyKey() idempotency: IdempotencyInput | undefined,
    @Res({ passthrough: true }) response: StatusResponse,
    @RawResponse() rawResponse: ServerResponse,
  ): Promise<AcceptedBulkSend | DryRunAnswer> {
    const { recipients: _, ...fields } = body;
    const asked = toBulkSendInput(body, caller);
    const recipients = recipientsOf(body, stream, this.options, rawResponse);
    if ('path' in recipients) {
      throw new ValidationError([...problems, recipients, ...this.targets.check(asked)]);
    }
    const input = { ...asked, ...recipients, idempotency: idempotency && { ...idempotency, body: fields } };
    if (problems.length > 0) throw await this.#withRecipients(problems, input);
    if (String(body.dry_run) !== 'true') return presentAcceptedBulkSend(await this.bulk.create(input));
    const dryRun = await this.bulk.dryRun(input);
    response.status(200);
    return presentDryRun(dryRun, input.template);
  }

  /** Adds the problems of the recipients to those of the request itself. */
  async #withRecipients(
    problems: readonly ValidationProblem[],
    input: CreateBulkSendInput,
  ): Promise<BulkValidationError> {
    try {
      const found = await this.bulk.dryRun(input);
      return new BulkValidationError([...problems, ...found.problems], found.furtherProblems);
    } catch (error) {
      if (!(error instanceof WhatsAppError)) throw error;
      const found = error instanceof ValidationError ? error.problems : [];
      const further = error instanceof BulkValidationError ? error.furtherProblems : 0;
      return new BulkValidationError([...problems, ...found], further);
    }
  }
}

/** The answer is made from the row: the same for each request with one idempotency key. */
function presentAcceptedBulkSend(bulkSend: BulkSend): AcceptedBulkSend {
  const { phoneNumber, acceptance } = bulkSend;
  return {
    bulk_send_id: bulkSend.id,
    task_id: bulkSend.taskId,
    status: bulkSend.scheduledAt ? 'scheduled' : 'queued',
    template_name: bulkSend.template.name,
    total_recipients: bulkSend.totalRecipients,
    unique_recipients: bulkSend.uniqueRecipients,
    estimated_time_minutes: acceptance.estimatedMinutes,
    created_at: bulkSend.createdAt,
    whatsapp_phone_number: {
      id: phoneNumber.id,
      phone_number_id: phoneNumber.phoneNumberId,
      display_phone_number: phoneNumber.displayPhoneNumber,
      verified_name: phoneNumber.verifiedName,
      quality_rating: phoneNumber.qualityRating,
      messaging_limit_tier: phoneNumber.messagingLimit,
    },
    quota_info: presentQuota(acceptance.quota),
  };
}

function presentDryRun(dryRun: BulkDryRun, templateName: string): DryRunAnswer {
  return {
    dry_run: true,
    template_name: templateName,
    total_recipients: dryRun.totalRecipients,
    unique_recipients: dryRun.uniqueRecipients,
    estimated_time_minutes: dryRun.estimatedMinutes,
    quota_info: presentQuota(dryRun.quota),
    problem_count: dryRun.problems.length + dryRun.furtherProblems,
    problems: presentProblems(FIELD_NAMES.inProblems(dryRun.problems), FIELD_NAMES),
    payloads: dryRun.payloads,
  };
}

type AskedRecipients = Pick<CreateBulkSendInput, 'recipients' | 'maxRecipients'>;

/** The input of `BulkService` in this API's names; what the class of the body found wrong is left out. */
function toBulkSendInput(
  body: SendBulkDto,
  { workspace, apiKeyId, apiKeyName }: WhatsAppCaller,
): Omit<CreateBulkSendInput, 'recipients'> {
  return {
    workspace,
    apiKeyId,
    apiKeyName,
    phoneNumberId: body.phone_number_id,
    template: body.template_name,
    language: body.language ?? DEFAULT_LANGUAGE,
    name: body.name ?? undefined,
    scheduledAt: momentOf(body.scheduled_at),
    onQuotaExceeded: body.on_quota_exceeded ?? undefined,
  };
}

/**
 * Returns the recipients, from the stream or from the body, as long as the client is connected; or what is wrong with them.
 * @throws TooManyRecipientsError
 */
function recipientsOf(
  { recipients }: SendBulkDto,
  stream: ByteStream | undefined,
  { maxRecipients }: BulkHttpOptions,
  response: ServerResponse,
): AskedRecipients | ValidationProblem {
  if (stream) return { recipients: streamedRecipients(stream), maxRecipients: maxRecipients.stream };
  if (Array.isArray(recipients) && recipients.length > 0) {
    // Its length is known: no recipient need be read.
    if (recipients.length > maxRecipients.json) throw new TooManyRecipientsError(maxRecipients.json);
    return { recipients: whileConnected(jsonRecipients(recipients), response), maxRecipients: maxRecipients.json };
  }
  return { path: 'recipients', message: `is required: a list of at least one, such as [${RECIPIENT_EXAMPLE}].` };
}

/** The recipients of a JSON body, one by one. */
function* jsonRecipients(recipients: readonly unknown[]): Generator<BulkRecipient | UnreadableRecipient> {
  for (const recipient of recipients) {
    yield isRecipientDto(recipient)
      ? toBulkRecipient(recipient)
      : { unreadable: `must be an object such as ${RECIPIENT_EXAMPLE}.` };
  }
}
