import type { ServerResponse } from 'node:http';
import { Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { BulkValidationError } from '../../../bulk/bulk.errors.js';
import type { CreateBulkSendInput } from '../../../bulk/bulk.inputs.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { type Problem, ValidationError, WhatsAppError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { BodyStream, type ByteStream, RequestFields } from '../../bodies/body-stream.decorator.js';
import { StreamedBody } from '../../bodies/streamed-body.decorator.js';
import { type CheckedBody, DtoPipe } from '../../dto.pipe.js';
import { IdempotencyKey } from '../../idempotency-key.decorator.js';
import { RawResponse } from '../../raw-response.decorator.js';
import { presentAcceptedBulkSend, presentDryRun } from './accepted-bulk-send.presenter.js';
import { BULK_HTTP_OPTIONS, type BulkHttpOptions } from './bulk-http.options.js';
import { recipientsOf, toBulkSendInput } from './bulk-send-input.js';
import { CSV, NDJSON } from './recipients/streamed-recipients.js';
import { SendBulkDto } from './send-bulk.dto.js';
import { Operation } from '../../openapi/operation.js';
import { sendBulkOperation } from './send-bulk.operations.js';

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
