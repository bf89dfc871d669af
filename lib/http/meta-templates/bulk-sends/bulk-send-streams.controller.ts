import type { ServerResponse } from 'node:http';
import { Controller, Get, Header, Inject, type LoggerService, Param, Query, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CallerStreams } from '../../../auth/caller-streams.js';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { WHATSAPP_LOGGER } from '../../../logger.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { RawResponse } from '../../raw-response.decorator.js';
import { streamedAnswer } from '../../streamed-answer.js';
import { presentBulkMessage } from './bulk-message.presenter.js';
import { presentBulkSend } from './bulk-send.presenter.js';
import { ExportBulkSendDto } from './bulk-sends-query.dto.js';
import { eventStream } from './event-stream.js';
import { exportFormats } from './export-formats.js';
import { Operation } from '../../openapi/operation.js';
import { eventsOperation, exportOperation } from './bulk-send-streams.operations.js';

/** Well below the minute after which common proxies close a silent connection, in ms. */
const HEARTBEAT = 15_000;

/** Tells of bulk sends in answers that are written as they come. */
@Controller('meta-templates/bulk-sends')
export class BulkSendStreamsController {
  constructor(
    private readonly bulk: BulkService,
    private readonly streams: CallerStreams,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  @Operation(eventsOperation)
  @Get(':id/events')
  // Kept for another request, the connection would keep an app open that closes.
  @Header('Connection', 'close')
  @Header('Cache-Control', 'no-cache, no-transform')
  @Header('X-Accel-Buffering', 'no')
  @RequireAbility('messages.read')
  async events(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): Promise<void> {
    const signal = this.streams.open(caller, rawResponse);
    const states = await this.bulk.watch(id, { workspace: caller.workspace, signal });
    const events = eventStream(mapped(states, presentBulkSend), HEARTBEAT);
    this.#send(events, { response, rawResponse, type: 'text/event-stream; charset=utf-8' });
  }

  @Operation(exportOperation)
  @Get(':id/export')
  @RequireAbility('messages.read')
  async export(
    @Param('id') id: string,
    @Query(new ValidDtoPipe(ExportBulkSendDto)) { format = 'csv', bom = 'true' }: ExportBulkSendDto,
    @CurrentCaller() caller: Caller,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): Promise<void> {
    this.streams.open(caller, rawResponse);
    const results = await this.bulk.results(id, { workspace: caller.workspace });
    const { type, write } = exportFormats[format];
    const disposition = `attachment; filename="bulk-send-${id}.${format}"`;
    const rows = write(mapped(results, presentBulkMessage), { bom: bom === 'true' });
    this.#send(rows, { response, rawResponse, type, disposition });
  }

  /** Answers by the adapter itself: what a handler returns, an interceptor of the host's may wrap. */
  #send(
    chunks: AsyncIterable<string>,
    {
      response,
      rawResponse,
      ...options
    }: { response: unknown; rawResponse: ServerResponse; type: string; disposition?: string },
  ): void {
    const answer = streamedAnswer(chunks, { ...options, response: rawResponse, logger: this.logger });
    this.adapterHost.httpAdapter.reply(response, answer);
  }
}

async function* mapped<T, R>(items: AsyncIterable<T>, map: (item: T) => R): AsyncGenerator<R> {
  for await (const item of items) yield map(item);
}
