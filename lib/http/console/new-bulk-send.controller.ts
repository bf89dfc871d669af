import { Controller, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import type { BulkDryRun, CreateBulkSendInput } from '../../bulk/bulk.inputs.js';
import { BulkValidationError } from '../../bulk/bulk.errors.js';
import { BulkService } from '../../bulk/bulk.service.js';
import type { CostEstimate } from '../../costs/cost.view.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../../errors.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import { BodyStream, type ByteStream, StreamedBody } from '../bodies/body.decorators.js';
import { BULK_HTTP_OPTIONS, type BulkHttpOptions } from '../meta-templates/bulk-sends/bulk-http.options.js';
import { CSV } from '../meta-templates/bulk-sends/recipients/streamed-recipients.js';
import {
  BulkSendView,
  presentBulkSend,
  presentQuota,
  QuotaInfo,
} from '../meta-templates/bulk-sends/bulk-send.presenter.js';
import { PHONE_NUMBER_ID } from '../meta-templates/template.dto.js';
import { exampleErrors } from '../openapi/example-errors.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { IdempotencyKey } from '../surface/handler-parameters.js';
import { IsOneOf } from '../surface/is-one-of.decorator.js';
import { IsMoment, momentOf } from '../surface/moment.js';
import { firstRows, readMapping, RecipientList } from './recipient-list.js';

const TEXT = { message: 'must be a text.' };
const REQUIRED = { message: 'is required.' };

/** Query of `POST /api/bulk-sends/rows`. */
export class ListRowsDto {
  @IsOptional()
  @IsOneOf(['true', 'false'])
  @Field({
    description: 'Whether the body is the beginning of a longer list: then its last row may be cut.',
    example: 'true',
  })
  is_cut?: 'true' | 'false';
}

/** Answer of `POST /api/bulk-sends/rows`. */
export class ListRowsAnswer {
  @Field({
    type: 'array',
    each: true,
    itemSchema: { items: { type: 'string' } },
    description: 'The first rows with their cells; blank ones are left out.',
    example: [
      ['phone', 'name'],
      ['+5491112345678', 'Juan'],
    ],
  })
  rows!: readonly (readonly string[])[];
}

/** Query of `POST /api/bulk-sends/check`: what a bulk send is, but for the list of its recipients. */
export class CheckListDto {
  @IsString(REQUIRED)
  @Field({ description: 'As Meta has it.', example: 'welcome_message', service: 'template' })
  template_name!: string;

  @IsString(REQUIRED)
  @Field({ description: 'Of the template.', example: 'es' })
  language!: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({
    description: 'Meta’s id of the number that sends; the primary one when left out.',
    example: PHONE_NUMBER_ID,
    service: 'phoneNumberId',
  })
  phone_number_id?: string;

  @IsString(REQUIRED)
  @Field({
    description: 'What each column is for, separated by commas: `phone`, a value of the template, or nothing.',
    example: 'phone,variables.name,,variables.company',
  })
  columns!: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Values that are the same for all, as JSON.', example: '{"variables.company":"Mi Empresa"}' })
  values?: string;

  @IsOptional()
  @IsOneOf(['true', 'false'])
  @Field({ description: 'Whether the first row has the names of the columns.', example: 'true' })
  has_header?: 'true' | 'false';

  @IsOptional()
  @IsMoment()
  @Field({ description: 'When to begin; now when left out.', service: 'scheduledAt', example: '2026-12-24T12:00:00Z' })
  scheduled_at?: string;
}

/** Query of `POST /api/bulk-sends`. */
export class NewBulkSendDto extends CheckListDto {
  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'For people to recognise it.', example: 'Welcome, November' })
  name?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'What it may cost in all, in the currency of the account.', example: '250.00' })
  budget?: string;
}

/** What is wrong with a row of a list. */
export class RowProblem {
  @Field({ type: 'integer', description: 'As a spreadsheet counts it.', example: 8 })
  row!: number;

  @Field({ description: 'Which value; empty for the row itself.', example: 'variables.name' })
  field!: string;

  @Field({ example: 'is required.' })
  message!: string;
}

/** What messages would cost. */
export class CostAnswer {
  @Field({ example: 'USD' })
  currency!: string;

  @Field({
    description: 'An exact decimal; null where the rate card has no rate for any.',
    nullable: true,
    example: '7.41',
  })
  amount!: string | null;

  @Field({ type: 'integer', description: 'Messages for which the rate card has no rate.', example: 0 })
  without_rate!: number;
}

/** Answer of `POST /api/bulk-sends/check`. */
export class CheckedListAnswer {
  @Field({
    type: 'integer',
    description: 'Rows with something in them, without the names of the columns.',
    example: 120,
  })
  total!: number;

  @Field({ type: 'integer', description: 'People who would get a message.', example: 117 })
  recipients!: number;

  @Field({ type: 'integer', description: 'Rows of people who are in the list before.', example: 2 })
  duplicates!: number;

  @Field({ type: 'integer', description: 'People who are blocked, or opted out of marketing.', example: 1 })
  refused!: number;

  @Field({ type: 'integer', description: 'Rows with a problem, or several.', example: 0 })
  invalid!: number;

  @Field({ type: () => RowProblem, each: true, description: 'The first 100.', example: [] })
  problems!: readonly RowProblem[];

  @Field({ type: 'integer', description: 'Of all rows.', example: 0 })
  problem_count!: number;

  @Field({ type: 'number', description: 'With the wait for the messaging limit.', example: 0.1 })
  estimated_time_minutes!: number;

  @Field({ type: () => QuotaInfo })
  quota!: QuotaInfo;

  @Field({ type: () => CostAnswer, description: 'Null without a rate card.', nullable: true })
  cost!: CostAnswer | null;
}

const LIST = {
  [CSV]: {
    schema: string({ description: 'Cells between commas, semicolons or tabs.' }),
    example: 'phone,name,note,company\n+5491112345678,Juan,,Mi Empresa\n',
  },
} as const;

const NO_TEMPLATE = new NotFoundError('TEMPLATE_NOT_FOUND', 'There is no template "welcome_message".');

/** Makes bulk sends of lists, as people have them: any columns in any order. */
@Controller('api/bulk-sends')
export class ConsoleNewBulkSendController {
  constructor(
    private readonly bulk: BulkService,
    @Inject(BULK_HTTP_OPTIONS) private readonly options: BulkHttpOptions,
  ) {}

  @Operation({
    summary: 'Read the first rows of a list',
    content: LIST,
    answers: { 200: { description: 'At most about 100.', type: ListRowsAnswer } },
    errors: [400],
  })
  @Post('rows')
  @HttpCode(200)
  @StreamedBody(CSV)
  @RequireAbility('messages.send')
  async rows(
    @Query(new ValidDtoPipe(ListRowsDto)) { is_cut }: ListRowsDto,
    @BodyStream() stream: ByteStream | undefined,
  ): Promise<ListRowsAnswer> {
    return { rows: await firstRows(listOf(stream), is_cut === 'true') };
  }

  @Operation({
    summary: 'Check a list of recipients, and estimate time, limit and cost',
    description: 'Stores and sends nothing.',
    content: LIST,
    answers: { 200: { description: 'What sending to it would do, with what is wrong.', type: CheckedListAnswer } },
    errors: [400, 404, 409, 413],
    throws: [NO_TEMPLATE],
  })
  @Post('check')
  @HttpCode(200)
  @StreamedBody(CSV)
  @RequireAbility('messages.send')
  async check(
    @Query(new ValidDtoPipe(CheckListDto)) query: CheckListDto,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: WhatsAppCaller,
  ): Promise<CheckedListAnswer> {
    const list = toList(query, stream);
    return presentCheck(await this.bulk.dryRun(this.#input(query, list, caller)), list);
  }

  @Operation({
    summary: 'Send a template to a list of people',
    description: 'If anything is wrong with any row, nothing is sent.',
    isIdempotent: true,
    content: LIST,
    answers: { 202: { description: 'Accepted.', type: BulkSendView } },
    errors: [400, 404, 409, 413],
    throws: [NO_TEMPLATE, exampleErrors.keyUsed],
  })
  @Post()
  @HttpCode(202)
  @StreamedBody(CSV)
  @RequireAbility('messages.send')
  async create(
    @Query(new ValidDtoPipe(NewBulkSendDto)) query: NewBulkSendDto,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: WhatsAppCaller,
    @IdempotencyKey() idempotency: IdempotencyInput | undefined,
  ): Promise<BulkSendView> {
    const list = toList(query, stream);
    try {
      const bulkSend = await this.bulk.create({
        ...this.#input(query, list, caller),
        name: query.name || undefined,
        budget: query.budget || undefined,
        idempotency: idempotency && { ...idempotency, body: query },
      });
      return presentBulkSend(bulkSend);
    } catch (error) {
      throw error instanceof BulkValidationError ? inRows(error, list) : error;
    }
  }

  #input(query: CheckListDto, list: RecipientList, caller: WhatsAppCaller): CreateBulkSendInput {
    return {
      workspace: caller.workspace,
      apiKeyId: caller.apiKeyId,
      apiKeyName: caller.apiKeyName,
      phoneNumberId: query.phone_number_id || undefined,
      template: query.template_name,
      language: query.language,
      scheduledAt: momentOf(query.scheduled_at),
      recipients: list.recipients(),
      maxRecipients: this.options.maxRecipients.stream,
    };
  }
}

function listOf(stream: ByteStream | undefined): ByteStream['bytes'] {
  if (stream) return stream.bytes;
  throw new ValidationError([{ path: 'body', message: `must be a list, sent as ${CSV}.` }]);
}

const toList = ({ columns, values, has_header }: CheckListDto, stream: ByteStream | undefined): RecipientList =>
  new RecipientList(listOf(stream), readMapping(columns, values), has_header === 'true');

function presentCheck(dryRun: BulkDryRun, list: RecipientList): CheckedListAnswer {
  const { totalRecipients: total, uniqueRecipients: unique, invalidRecipients: invalid } = dryRun;
  return {
    total,
    recipients: unique - dryRun.refusedRecipients,
    duplicates: total - invalid - unique,
    refused: dryRun.refusedRecipients,
    invalid,
    problems: dryRun.problems.map((problem) => rowProblem(problem, list)),
    problem_count: dryRun.problems.length + dryRun.furtherProblems,
    estimated_time_minutes: dryRun.estimatedMinutes,
    quota: presentQuota(dryRun.quota),
    cost: dryRun.cost && presentCost(dryRun.cost),
  };
}

const presentCost = ({ currency, amount, withoutRate }: CostEstimate): CostAnswer => ({
  currency,
  amount,
  without_rate: withoutRate,
});

/** Of a recipient by its place among the recipients, the row of the list. */
function rowProblem({ path, message }: ValidationProblem, list: RecipientList): RowProblem {
  const [, index = '0', field = ''] = /^recipients\[(\d+)\]\.?(.*)$/s.exec(path) ?? [];
  return { row: list.rowOf(Number(index)), field: field.replace('buttonVariables', 'button_variables'), message };
}

const inRows = ({ problems, furtherProblems }: BulkValidationError, list: RecipientList): BulkValidationError =>
  new BulkValidationError(
    problems.map((problem) => {
      const { row, field, message } = rowProblem(problem, list);
      return { path: `rows[${row}]${field && `.${field}`}`, message };
    }),
    furtherProblems,
  );
