import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type LoggerService, StreamableFile } from '@nestjs/common';

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
