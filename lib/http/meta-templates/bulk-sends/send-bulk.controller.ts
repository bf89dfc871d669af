import type { ServerResponse } from 'node:http';
import { Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { BulkValidationError } from '../../../bulk/bulk.errors.js';
import type { CreateBulkSendInput, BulkDryRun, BulkRecipient, UnreadableRecipient } from '../../../bulk/bulk.inputs.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { type Problem, ValidationError, WhatsAppError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { BodyStream, type ByteStream, RequestFields } from '../../bodies/body-stream.decorator.js';
import { StreamedBody } from '../../bodies/streamed-body.decorator.js';
import { type CheckedBody, DtoPipe } from '../../dto.pipe.js';
import { IdempotencyKey } from '../../idempotency-key.decorator.js';
import { RawResponse } from '../../raw-response.decorator.js';
import { BULK_HTTP_OPTIONS, type BulkHttpOptions } from './bulk-http.options.js';
import { CSV, NDJSON, streamedRecipients } from './recipients/streamed-recipients.js';
import { Operation } from '../../openapi/operation.js';
import { sendBulkOperation } from './send-bulk.operations.js';
import type { BulkSend } from '../../../bulk/bulk-send.js';
import { presentProblems } from '../problems.presenter.js';
import { presentQuota } from './quota.presenter.js';
import { whileConnected } from '../../bodies/streamed-bodies.js';
import { momentOf, IsMoment } from '../../moment.js';
import { DEFAULT_LANGUAGE } from '../default-language.js';
import { RECIPIENT_EXAMPLE, isRecipientDto, toBulkRecipient } from './recipients/recipient.dto.js';
import { IsIn, IsNotEmpty, IsOptional, IsString } from 'class-validator';

const REQUIRED = { message: 'is required: Meta’s id of the phone number that sends, in a string.' };

/**
 * Body of `POST /meta-templates/send-bulk/`, or its query when the body is CSV or NDJSON. What has no decorator here is
 * checked by `BulkService`, for every caller; so are the recipients, of which there may be too many to validate by class.
 */
class SendBulkDto {
  @IsString(REQUIRED)
  @IsNotEmpty(REQUIRED)
  phone_number_id!: string;

  template_name!: string;

  /** `es` when left out. */
  language?: string | null;

  name?: string | null;

  @IsOptional()
  @IsMoment()
  scheduled_at?: string | null;

  on_quota_exceeded?: 'defer' | 'reject' | null;

  /** In a query it is a text. */
  @IsOptional()
  @IsIn([true, false, 'true', 'false'], { message: 'must be true or false.' })
  dry_run?: boolean | 'true' | 'false' | null;

  recipients?: unknown;
}

/** As Express and Fastify have it. */
interface StatusResponse {
  status(code: number): unknown;
}

/** Accepts bulk sends. */
@Controller('meta-templates')
export class SendBulkController {
  constructor(
    private readonly bulk: BulkService,
    @Inject(BULK_HTTP_OPTIONS) private readonly options: BulkHttpOptions,
  ) {}

  @Operation(sendBulkOperation)
  @Post('send-bulk')
  @HttpCode(202)
  @StreamedBody(CSV, NDJSON)
  @RequireAbility('messages.send')
  async send(
    @RequestFields(new DtoPipe(SendBulkDto)) { body, problems }: CheckedBody<SendBulkDto>,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: Caller,
    @IdempotencyKey() idempotency: IdempotencyInput | undefined,
    @Res({ passthrough: true }) response: StatusResponse,
    @RawResponse() rawResponse: ServerResponse,
  ): Promise<object> {
    const { recipients: _, ...fields } = body;
    const asked = toBulkSendInput(body, caller);
    const recipients = recipientsOf(body, stream, this.options, rawResponse);
    if ('path' in recipients) {
      throw new ValidationError([...problems, recipients, ...this.bulk.check(asked)]);
    }
    const input = { ...asked, ...recipients, idempotency: idempotency && { ...idempotency, body: fields } };
    if (problems.length > 0) throw await this.#withRecipients(problems, input);
    if (String(body.dry_run) !== 'true') return presentAcceptedBulkSend(await this.bulk.create(input));
    const dryRun = await this.bulk.dryRun(input);
    response.status(200);
    return presentDryRun(dryRun, input.template);
  }

  /** Names what is wrong with the recipients, too, beside what is wrong with the request itself. */
  async #withRecipients(problems: readonly Problem[], input: CreateBulkSendInput): Promise<BulkValidationError> {
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

/** Answer of `POST /meta-templates/send-bulk/`; the same however often it is asked for with one idempotency key. */
function presentAcceptedBulkSend(bulkSend: BulkSend): object {
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

/** Answer of `POST /meta-templates/send-bulk/` with `dry_run`. */
function presentDryRun(dryRun: BulkDryRun, templateName: string): object {
  return {
    dry_run: true,
    template_name: templateName,
    total_recipients: dryRun.totalRecipients,
    unique_recipients: dryRun.uniqueRecipients,
    estimated_time_minutes: dryRun.estimatedMinutes,
    quota_info: presentQuota(dryRun.quota),
    problem_count: dryRun.problems.length + dryRun.furtherProblems,
    problems: presentProblems(dryRun.problems),
    payloads: dryRun.payloads,
  };
}

type AskedRecipients = Pick<CreateBulkSendInput, 'recipients' | 'maxRecipients'>;

/** The input of `BulkService` in this API's names; what the class of the body found wrong is left out. */
function toBulkSendInput(
  body: SendBulkDto,
  { workspace, apiKeyId, apiKeyName }: Caller,
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

/** Returns the recipients, from the stream or from the body, as long as the client is connected; or what is wrong with them. */
function recipientsOf(
  { recipients }: SendBulkDto,
  stream: ByteStream | undefined,
  { maxRecipients }: BulkHttpOptions,
  response: ServerResponse,
): AskedRecipients | Problem {
  if (stream) return { recipients: streamedRecipients(stream), maxRecipients: maxRecipients.stream };
  if (Array.isArray(recipients) && recipients.length > 0) {
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
