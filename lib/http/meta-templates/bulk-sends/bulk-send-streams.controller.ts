import type { ServerResponse } from 'node:http';
import {
  Controller,
  Get,
  Header,
  Inject,
  type LoggerService,
  type OnModuleDestroy,
  Param,
  Query,
  Res,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
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

/** Tells of bulk sends in answers that are written as they come, out of reach of interceptors that wrap what handlers return. */
@Controller('meta-templates/bulk-sends')
export class BulkSendStreamsController implements OnModuleDestroy {
  readonly #watches = new Set<AbortController>();
  #ended = false;

  constructor(
    private readonly bulk: BulkService,
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
    @CurrentCaller() { workspace }: Caller,
    @RawResponse() response: ServerResponse,
    @Res() answered: unknown,
  ): Promise<void> {
    const states = await this.bulk.watch(id, { workspace, signal: this.#untilGone(response) });
    const events = eventStream(mapped(states, presentBulkSend), HEARTBEAT);
    const answer = { response, logger: this.logger, type: 'text/event-stream; charset=utf-8' };
    this.adapterHost.httpAdapter.reply(answered, streamedAnswer(events, answer), 200);
  }

  @Operation(exportOperation)
  @Get(':id/export')
  @RequireAbility('messages.read')
  async export(
    @Param('id') id: string,
    @Query(new ValidDtoPipe(ExportBulkSendDto)) { format = 'csv', bom = 'true' }: ExportBulkSendDto,
    @CurrentCaller() { workspace }: Caller,
    @RawResponse() response: ServerResponse,
    @Res() answered: unknown,
  ): Promise<void> {
    const results = await this.bulk.results(id, { workspace });
    const { type, write } = exportFormats[format];
    const disposition = `attachment; filename="bulk-send-${id}.${format}"`;
    const answer = { response, logger: this.logger, type, disposition };
    const rows = write(mapped(results, presentBulkMessage), { bom: bom === 'true' });
    this.adapterHost.httpAdapter.reply(answered, streamedAnswer(rows, answer), 200);
  }

  /** Lets the app close, which waits for every answer that has not ended. */
  onModuleDestroy(): void {
    this.#ended = true;
    for (const watch of this.#watches) watch.abort();
  }

  #untilGone(response: ServerResponse): AbortSignal {
    const watch = new AbortController();
    if (this.#ended || response.destroyed) watch.abort();
    this.#watches.add(watch);
    response.once('close', () => {
      this.#watches.delete(watch);
      watch.abort();
    });
    return watch.signal;
  }
}

async function* mapped<T, R>(items: AsyncIterable<T>, map: (item: T) => R): AsyncGenerator<R> {
  for await (const item of items) yield map(item);
}
