import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, type LoggerService, Param, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IsOptional, IsString } from 'class-validator';
import { CallerStreams } from '../../auth/caller-streams.js';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import type { BulkBreakdown } from '../../bulk/breakdown.js';
import type { BulkSendStatus } from '../../bulk/bulk-send.js';
import { BulkService } from '../../bulk/bulk.service.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { presentBulkMessage } from '../meta-templates/bulk-sends/bulk-message.presenter.js';
import { BulkSendControlController } from '../meta-templates/bulk-sends/bulk-send-control.controller.js';
import { exportFormats, streamedAnswer } from '../meta-templates/bulk-sends/bulk-send-streams.controller.js';
import {
  BULK_SEND_ANSWER,
  BULK_SEND_STATUSES,
  BulkSendView,
  ErrorCount,
  ID_PARAM,
  NOT_FOUND,
  presentBulkSend,
} from '../meta-templates/bulk-sends/bulk-send.presenter.js';
import { PageDto, toPage } from '../meta-templates/bulk-sends/page.js';
import { presentErrorCode } from '../meta-templates/message.presenter.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { RawResponse } from '../surface/handler-parameters.js';
import { IsOneOf } from '../surface/is-one-of.decorator.js';

/** Query of `GET /api/bulk-sends`. */
export class ListBulkSendsDto extends PageDto {
  @IsOptional()
  @IsOneOf(BULK_SEND_STATUSES)
  @Field({ description: 'Only those with this status.' })
  status?: BulkSendStatus;

  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @Field({ description: 'Only those from this number: Meta’s id of it.', service: 'phoneNumberId' })
  phone_number_id?: string;
}

/** Answer of `GET /api/bulk-sends`. */
export class BulkSendsAnswer {
  @Field({ type: () => BulkSendView, each: true })
  bulk_sends!: readonly BulkSendView[];

  @Field({ type: 'integer', description: 'Of all pages.', example: 1 })
  total!: number;
}

/** Failures of a bulk send with one error. */
export class BulkErrorResult extends ErrorCount {
  @Field({ description: 'What Meta’s code means, in a sentence.', nullable: true, example: 'Meta cannot deliver it.' })
  meaning!: string | null;

  @Field({ type: 'boolean', description: 'Whether it may pass by itself.', example: false })
  may_pass!: boolean;
}

/** Messages of a bulk send by how far they have come. */
class ResultCounts {
  @Field({ type: 'integer', description: 'With those that were delivered and read.', example: 120 })
  sent!: number;

  @Field({ type: 'integer', description: 'With those that were read.', example: 118 })
  delivered!: number;

  @Field({ type: 'integer', example: 71 })
  read!: number;

  @Field({ type: 'integer', example: 2 })
  failed!: number;
}

/** Messages of a bulk send to one country. */
export class BulkCountryResult extends ResultCounts {
  @Field({ description: 'ISO 3166-1 alpha-2; null where it is not known.', nullable: true, example: 'AR' })
  country!: string | null;

  @Field({ type: 'integer', description: 'Neither sent nor failed yet, or with an unknown outcome.', example: 0 })
  pending!: number;
}

/** Messages of a bulk send of one hour. */
export class BulkHourResult extends ResultCounts {
  @Field({ format: 'date-time', description: 'Its first moment.', example: '2026-11-16T21:00:00.000Z' })
  at!: Date;
}

/** Answer of `GET /api/bulk-sends/{id}/breakdown`. */
export class BulkBreakdownAnswer {
  @Field({ type: () => BulkErrorResult, each: true, description: 'The most frequent first.' })
  errors!: readonly BulkErrorResult[];

  @Field({ type: () => BulkCountryResult, each: true, description: 'That with the most recipients first.' })
  countries!: readonly BulkCountryResult[];

  @Field({
    type: () => BulkHourResult,
    each: true,
    description:
      'By when each was sent, or failed without having been sent; the oldest first, without hours that have none.',
  })
  hours!: readonly BulkHourResult[];
}

/** Lists, shows and exports bulk sends; their answers are those of the surface `metaTemplates`. */
@Controller('api/bulk-sends')
export class ConsoleBulkSendsController {
  constructor(
    private readonly bulk: BulkService,
    private readonly streams: CallerStreams,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  @Operation({
    summary: 'List bulk sends, newest first',
    answers: { 200: { description: 'A page of them.', type: BulkSendsAnswer } },
    errors: [400],
  })
  @Get()
  @RequireAbility('messages.read')
  async list(
    @Query(new ValidDtoPipe(ListBulkSendsDto)) query: ListBulkSendsDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<BulkSendsAnswer> {
    const { items, total } = await this.bulk.list({
      workspace,
      status: query.status,
      phoneNumberId: query.phone_number_id || undefined,
      ...toPage(query),
    });
    return { bulk_sends: items.map(presentBulkSend), total };
  }

  @Operation({
    summary: 'Get a bulk send',
    params: ID_PARAM,
    answers: { 200: BULK_SEND_ANSWER },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get(':id')
  @RequireAbility('messages.read')
  async get(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<BulkSendView> {
    return presentBulkSend(await this.bulk.get(id, { workspace }));
  }

  @Operation({
    summary: 'Count the results of a bulk send by error, country and hour',
    params: ID_PARAM,
    answers: { 200: { description: 'As they are now.', type: BulkBreakdownAnswer } },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get(':id/breakdown')
  @RequireAbility('messages.read')
  async breakdown(
    @Param('id') id: string,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<BulkBreakdownAnswer> {
    return presentBreakdown(await this.bulk.breakdown(id, { workspace }));
  }

  @Operation({
    summary: 'Export the results of a bulk send',
    description: 'Streamed. Cells that a spreadsheet would run as a formula are quoted against it.',
    params: ID_PARAM,
    answers: {
      200: {
        description: 'A line for each recipient.',
        content: { 'text/csv': { schema: string(), example: 'id\n1\n' } },
      },
    },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get(':id/export')
  @RequireAbility('messages.read')
  async export(
    @Param('id') id: string,
    @CurrentCaller() caller: WhatsAppCaller,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): Promise<void> {
    this.streams.open(caller, rawResponse);
    const { id: name } = await this.bulk.get(id, caller);
    const { type, write } = exportFormats.csv;
    const rows = write(presented(this.bulk.results(id, caller)), { bom: true });
    const disposition = `attachment; filename="bulk-send-${name}.csv"`;
    const answer = streamedAnswer(rows, { response: rawResponse, logger: this.logger, type, disposition });
    this.adapterHost.httpAdapter.reply(response, answer);
  }
}

const presentBreakdown = ({ errors, countries, hours }: BulkBreakdown): BulkBreakdownAnswer => ({
  errors: errors.map(({ code, message, count, meaning, mayPass }) => {
    return { code: presentErrorCode(code), message, count, meaning, may_pass: mayPass };
  }),
  countries: countries.map(({ country, pending, unconfirmed, sent, delivered, read, failed }) => {
    return { country, sent, delivered, read, failed, pending: pending + unconfirmed };
  }),
  hours,
});

async function* presented(results: ReturnType<BulkService['results']>) {
  for await (const message of results) yield presentBulkMessage(message);
}

/** Pauses, resumes, cancels and retries bulk sends, as the surface `metaTemplates` does. */
@Controller('api/bulk-sends')
export class ConsoleBulkSendControlController extends BulkSendControlController {}
