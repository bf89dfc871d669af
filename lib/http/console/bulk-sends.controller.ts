import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, type LoggerService, Param, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IsOptional } from 'class-validator';
import { CallerStreams } from '../../auth/caller-streams.js';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
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
  ID_PARAM,
  NOT_FOUND,
  presentBulkSend,
} from '../meta-templates/bulk-sends/bulk-send.presenter.js';
import { PageDto, toPage } from '../meta-templates/bulk-sends/page.js';
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
}

/** Answer of `GET /api/bulk-sends`. */
export class BulkSendsAnswer {
  @Field({ type: () => BulkSendView, each: true })
  bulk_sends!: readonly BulkSendView[];

  @Field({ type: 'integer', description: 'Of all pages.', example: 1 })
  total!: number;
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
    const { items, total } = await this.bulk.list({ workspace, status: query.status, ...toPage(query) });
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

async function* presented(results: ReturnType<BulkService['results']>) {
  for await (const message of results) yield presentBulkMessage(message);
}

/** Pauses, resumes, cancels and retries bulk sends, as the surface `metaTemplates` does. */
@Controller('api/bulk-sends')
export class ConsoleBulkSendControlController extends BulkSendControlController {}
