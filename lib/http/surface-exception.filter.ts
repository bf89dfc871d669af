import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, type LoggerService } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OutageLog } from '../store/outage-log.js';
import { isError } from '../foreign-errors.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { drainOnceAnswered } from './bodies/streamed-bodies.js';
import { type DescribedError, describeError } from './described-error.js';

type FrameworkRequest = IncomingMessage & { readonly raw?: IncomingMessage };
type FrameworkResponse = ServerResponse & { readonly raw?: ServerResponse };

/** Answers every error on a surface in the words of its API. */
@Catch()
export abstract class SurfaceExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const kind = describeError(error);
    if (kind.status === 500 && !this.outages.covers(error)) {
      this.logger.error(isError(error) ? (error.stack ?? error.message) : String(error));
    }
    const described = this.describe(kind, error, host);
    const http = host.switchToHttp();
    const response = http.getResponse<FrameworkResponse>();
    const request = http.getRequest<FrameworkRequest>();
    // A refused client may still be sending.
    drainOnceAnswered(request.raw ?? request, response.raw ?? response);
    const adapter = this.adapterHost.httpAdapter;
    if (described.retryAfter !== undefined) adapter.setHeader(response, 'Retry-After', String(described.retryAfter));
    // A handler may have said that its answer is something else.
    adapter.setHeader(response, 'Content-Type', 'application/json; charset=utf-8');
    adapter.reply(response, this.body(described), described.status);
  }

  /** The error as this API knows it, where its statuses or texts are others. */
  protected describe(described: DescribedError, _error: unknown, _host: ArgumentsHost): DescribedError {
    return described;
  }

  /** The body of the answer. */
  protected abstract body(error: DescribedError): object;
}
