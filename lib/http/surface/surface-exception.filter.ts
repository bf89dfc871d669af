import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type ArgumentsHost,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  Inject,
  type LoggerService,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OutageLog } from '../../store/outage-log.js';
import { isError } from '../../foreign-errors.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { drainOnceAnswered } from '../bodies/streamed-bodies.js';
import { type DescribedError, describeError } from './described-error.js';
import { FieldNames } from './field-names.js';
import type { HandlerInput } from './handler-input.js';

type FrameworkRequest = IncomingMessage & { readonly raw?: IncomingMessage };
type FrameworkResponse = ServerResponse & { readonly raw?: ServerResponse };

/** Where an error was thrown. */
export interface ErrorContext {
  /** The handler of the request; undefined if it was refused before it reached one. */
  readonly handler: object | undefined;
  /** `Retry-After`, where a throttler of the host has set it. */
  readonly retryAfter?: unknown;
}

/** The answer to a request that failed. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: object;
  /** Seconds. */
  readonly retryAfter: number | undefined;
}

/** Answers every error on a surface in the words of its API. */
@Catch()
export abstract class SurfaceExceptionFilter implements ExceptionFilter {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (describeError(error).status === 500 && !this.outages.covers(error)) {
      this.logger.error(isError(error) ? (error.stack ?? error.message) : String(error));
    }
    const http = host.switchToHttp();
    const response = http.getResponse<FrameworkResponse & Pick<ServerResponse, 'getHeader'>>();
    const request = http.getRequest<FrameworkRequest>();
    // A refused client may still be sending.
    drainOnceAnswered(request.raw ?? request, response.raw ?? response);
    const handler = handlerOf(request);
    const answer = this.answer(error, { handler, retryAfter: response.getHeader('Retry-After') });
    const adapter = this.adapterHost.httpAdapter;
    if (answer.retryAfter !== undefined) adapter.setHeader(response, 'Retry-After', String(answer.retryAfter));
    // A handler may have said that its answer is something else.
    adapter.setHeader(response, 'Content-Type', 'application/json; charset=utf-8');
    adapter.reply(response, answer.body, answer.status);
  }

  /** Returns the answer to an error: the same for requests and for the examples of API documents. */
  answer(error: unknown, context: ErrorContext): ErrorAnswer {
    const names = fieldNamesOf(context.handler);
    const described = this.describe(inNames(describeError(error), names), error, context);
    return { status: described.status, body: this.body(described, names), retryAfter: described.retryAfter };
  }

  /** The error as this API knows it, where its statuses or texts are others. */
  protected describe(described: DescribedError, _error: unknown, _context: ErrorContext): DescribedError {
    return described;
  }

  /** The body of the answer. Problems have the names of the request's fields. */
  protected abstract body(error: DescribedError, names: FieldNames): object;
}

/** An error with problems that have the names of the request's fields. */
export const inNames = (described: DescribedError, names: FieldNames): DescribedError =>
  described.problems ? { ...described, problems: names.inProblems(described.problems) } : described;

const REACHED = new WeakMap<object, object>();
const FIELD_NAMES = Symbol('FIELD_NAMES');

/**
 * Notes for each request which handler it reached: Nest does not pass the handler to exception filters. The last guard, for an
 * interceptor would have Nest wrap every answer in observables.
 */
export const NOTE_HANDLER: CanActivate = {
  canActivate: (context) => {
    REACHED.set(context.switchToHttp().getRequest<object>(), context.getHandler());
    return true;
  },
};

/** Returns the handler that a request reached; undefined if it was refused before. */
const handlerOf = (request: object): object | undefined => REACHED.get(request);

/** Sets the names that the problems of a handler's requests are reported under. */
export function setFieldNames(handler: object, { body, query }: HandlerInput): void {
  Reflect.defineMetadata(FIELD_NAMES, new FieldNames(body ?? query), handler);
}

const NO_NAMES = new FieldNames(undefined);

function fieldNamesOf(handler: object | undefined): FieldNames {
  const names: FieldNames | undefined = handler && Reflect.getMetadata(FIELD_NAMES, handler);
  return names ?? NO_NAMES;
}
