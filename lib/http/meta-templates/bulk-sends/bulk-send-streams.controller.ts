import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { pipeline, Readable } from 'node:stream';
import { Controller, Get, Header, Inject, type LoggerService, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { IsOptional } from 'class-validator';
import { CallerStreams } from '../../../auth/caller-streams.js';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { WHATSAPP_LOGGER } from '../../../logger.js';
import { ValidDtoPipe, Field, fieldsOf } from '../../surface/dto.js';
import { RawResponse } from '../../surface/handler-parameters.js';
import { IsOneOf } from '../../surface/is-one-of.decorator.js';
import { exampleOf } from '../../openapi/class-schema.js';
import { Operation } from '../../openapi/operation.js';
import { string } from '../../openapi/schema.js';
import { BulkMessageView, presentBulkMessage } from './bulk-message.presenter.js';
import { BulkSendView, ID_PARAM, NOT_FOUND, presentBulkSend } from './bulk-send.presenter.js';
import { csvStringify } from '../../../lazy-packages.js';

const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
const BOM = ['true', 'false'] as const;

/** Query of `GET /meta-templates/bulk-sends/{id}/export/`. */
export class ExportBulkSendDto {
  @IsOptional()
  @IsOneOf(EXPORT_FORMATS)
  @Field({ description: 'Of the answer.', default: 'csv' })
  format?: (typeof EXPORT_FORMATS)[number];

  @IsOptional()
  @IsOneOf(BOM)
  @Field({
    description: 'Whether CSV begins with a byte order mark, by which spreadsheets know UTF-8.',
    default: 'true',
  })
  bom?: (typeof BOM)[number];
}

const EXPORT_COLUMNS = [...fieldsOf(BulkMessageView).keys()];

const CSV_ROW = '1001,+5491112345678,sent,wamid.HBgNNTQ5MTEx,"{""name"":""Juan""}",2026-11-16T21:30:00.000Z,,,,,';

/** Well below the minute after which common proxies close a silent connection, in ms. */
export const HEARTBEAT = 15_000;

/** Streams the events and the results of bulk sends. */
@Controller('meta-templates/bulk-sends')
export class BulkSendStreamsController {
  constructor(
    private readonly bulk: BulkService,
    private readonly streams: CallerStreams,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  @Operation({
    summary: 'Watch a bulk send',
    description: 'A server-sent event with the status object each time that it changes, until the bulk send has ended.',
    params: ID_PARAM,
    answers: {
      200: {
        description: 'The events; lines that begin with a colon keep the connection open.',
        content: {
          'text/event-stream': { schema: string(), example: `data: ${JSON.stringify(exampleOf(BulkSendView))}\n\n` },
        },
      },
    },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get(':id/events')
  // Kept for another request, the connection would keep an app open that closes.
  @Header('Connection', 'close')
  @Header('Cache-Control', 'no-cache, no-transform')
  @Header('X-Accel-Buffering', 'no')
  @RequireAbility('messages.read')
  async events(
    @Param('id') id: string,
    @CurrentCaller() caller: WhatsAppCaller,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): Promise<void> {
    const signal = this.streams.open(caller, rawResponse);
    await this.bulk.get(id, caller); // a 404 before the stream begins
    const states = this.bulk.watch(id, { workspace: caller.workspace, signal });
    const events = eventStream(mapped(states, presentBulkSend), HEARTBEAT);
    this.#send(events, { response, rawResponse, type: 'text/event-stream; charset=utf-8' });
  }

  @Operation({
    summary: 'Export the results of the recipients',
    description: 'Streamed. Cells of CSV that a spreadsheet would run as a formula are quoted against it.',
    params: ID_PARAM,
    answers: {
      200: {
        description: 'A line for each.',
        content: {
          'text/csv': { schema: string(), example: `${EXPORT_COLUMNS.join(',')}\n${CSV_ROW}\n` },
          'application/x-ndjson': { schema: string(), example: `${JSON.stringify(exampleOf(BulkMessageView))}\n` },
        },
      },
    },
    errors: [400, 404],
    throws: [NOT_FOUND],
  })
  @Get(':id/export')
  @RequireAbility('messages.read')
  async export(
    @Param('id') id: string,
    @Query(new ValidDtoPipe(ExportBulkSendDto)) { format = 'csv', bom = 'true' }: ExportBulkSendDto,
    @CurrentCaller() caller: WhatsAppCaller,
    @RawResponse() rawResponse: ServerResponse,
    @Res() response: unknown,
  ): Promise<void> {
    this.streams.open(caller, rawResponse);
    await this.bulk.get(id, caller);
    const results = this.bulk.results(id, caller);
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

export async function* mapped<T, R>(items: AsyncIterable<T>, map: (item: T) => R): AsyncGenerator<R> {
  for await (const item of items) yield map(item);
}

/**
 * Server-sent events, one for each value until there are no more, with a comment whenever none came for `heartbeat` ms:
 * proxies close connections on which nothing happens.
 * @param idOf what a client that comes back sends as `Last-Event-ID`
 */
export async function* eventStream<Value extends object>(
  values: AsyncIterable<Value>,
  heartbeat: number,
  idOf?: (value: Value) => string,
): AsyncGenerator<string> {
  const iterator = values[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const result = await within(heartbeat, next);
      if (result === undefined) {
        yield ': still here\n\n';
      } else if (result.done) {
        return;
      } else {
        const id = idOf ? `id: ${idOf(result.value)}\n` : '';
        yield `${id}data: ${JSON.stringify(result.value)}\n\n`;
        next = iterator.next();
      }
    }
  } finally {
    await iterator.return?.();
  }
}

/** What the promise brings, or undefined when it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  const timeout = delay(ms, undefined, { signal: timer.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    timer.abort();
  }
}

interface ExportFormat {
  readonly type: string;
  /** @param options of CSV: with the mark by which spreadsheets know UTF-8 */
  readonly write: (
    results: AsyncIterable<BulkMessageView>,
    options?: { readonly bom?: boolean },
  ) => AsyncIterable<string>;
}

/** Rows that are written at a time. */
const BATCH = 500;

/** How a bulk send's results are written, by the name of the format. */
export const exportFormats = {
  csv: { type: 'text/csv; charset=utf-8', write: toCsv },
  ndjson: { type: 'application/x-ndjson', write: toNdjson },
} as const satisfies Record<string, ExportFormat>;

function toCsv(results: AsyncIterable<BulkMessageView>, { bom = false } = {}): AsyncIterable<string> {
  const rows = csvStringify().stringify({
    header: true,
    bom,
    columns: EXPORT_COLUMNS,
    // Else a spreadsheet would run a cell that begins with = or + as a formula.
    escape_formulas: true,
    cast: { date: (time) => time.toISOString() },
  });
  // The reader of the stream gets the error.
  return pipeline(Readable.from(results), rows.setEncoding('utf8'), () => {});
}

async function* toNdjson(results: AsyncIterable<BulkMessageView>): AsyncGenerator<string> {
  for await (const rows of inBatches(results)) {
    yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}

async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export interface StreamedAnswerOptions {
  /** `Content-Type`. */
  readonly type: string;
  /** `Content-Disposition`. */
  readonly disposition?: string;
  readonly response: ServerResponse;
  readonly logger: LoggerService;
}

/**
 * An answer that is made as the client reads it, and no further once the client is gone. Where it cannot go on the
 * connection breaks, so that no client takes a part for the whole.
 */
export function streamedAnswer(
  chunks: AsyncIterable<string>,
  { response, logger, ...options }: StreamedAnswerOptions,
): StreamableFile {
  const stream = Readable.from(chunks);
  stream.on('error', (error) => {
    if (!response.destroyed) logger.error(error.stack ?? error.message);
  });
  // Not every version of Nest's adapters does so.
  response.once('close', () => stream.destroy());
  return new StreamableFile(stream, options).setErrorHandler(() => response.destroy()).setErrorLogger(() => {});
}
