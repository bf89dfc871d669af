import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { codeOf } from '../foreign-errors.js';
import type { GraphFailure, GraphFailureReason } from './meta-outcome.errors.js';

/** An answer larger than this is not read further, in bytes. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** One HTTP request. */
export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly origin: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable | undefined;
  /** Milliseconds from the writing of the request to the end of its answer, and to wait for a connection. */
  readonly responseTimeout: number;
  readonly signal?: AbortSignal | undefined;
  /** The request is not written once this has passed. */
  readonly deadline?: Date | undefined;
}

/** What a request ended in: an answer, or a failure before or after it was written. */
export type GraphExchangeResult =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }
  | ({ readonly kind: 'failure'; readonly written: boolean } & GraphFailure);

/**
 * Makes one HTTP request, once: no redirect is followed and nothing is tried again. Whether it was written is known for
 * certain, because undici starts a request only when it has a connection, right before it writes to it.
 */
export class GraphExchange implements Dispatcher.DispatchHandler {
  readonly #request: GraphRequest;
  readonly #settle: (result: GraphExchangeResult) => void;
  readonly #abort = (): void => this.#fail('aborted');
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** How often the timer began anew. */
  #restarts = 0;
  #written = false;
  #settled = false;
  #status: number | undefined;
  #headers: IncomingHttpHeaders = {};
  #size = 0;

  private constructor(request: GraphRequest, settle: (result: GraphExchangeResult) => void) {
    this.#request = request;
    this.#settle = settle;
  }

  /** Makes the request; never rejects. `started` is given the exchange, so that an upload can report its progress. */
  static make(
    dispatcher: Dispatcher,
    request: GraphRequest,
    started?: (exchange: GraphExchange) => void,
  ): Promise<GraphExchangeResult> {
    return new Promise((resolve) => {
      const exchange = new GraphExchange(request, resolve);
      started?.(exchange);
      exchange.#start(dispatcher);
    });
  }

  /** Whether the first byte of the request may be on its way: from then on only an answer shows its outcome. */
  get isWritten(): boolean {
    return this.#written;
  }

  /** Starts the time allowed for the answer again, because a piece of the body was taken. */
  progressed(): void {
    if (!this.#settled) this.#restartTimer();
  }

  #start(dispatcher: Dispatcher): void {
    const { method, origin, target, headers, body, signal } = this.#request;
    if (signal?.aborted) return this.#fail('aborted');
    if (this.#isPastDeadline()) return this.#fail('deadline');
    signal?.addEventListener('abort', this.#abort, { once: true });
    this.#restartTimer();
    try {
      dispatcher.dispatch(
        {
          method,
          origin,
          path: target,
          headers: { ...headers },
          body: body ?? null,
          // The timer of this exchange covers the whole answer; undici's two would cut it short or come late.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        this,
      );
    } catch (error) {
      this.#fail('connection', error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isPastDeadline()) this.#fail('deadline');
    if (this.#settled || this.#written) {
      // Given up while it waited for a connection; or a dispatcher is trying again, which could send a message twice.
      controller.abort(new Error('The request is not to be written.'));
      return;
    }
    this.#controller = controller;
    this.#written = true;
    this.#restartTimer();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#written = true;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > LARGEST_ANSWER) this.#fail('answer');
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    this.#finish({ kind: 'answer', status: this.#status ?? 0, headers: this.#headers, text });
  }

  onResponseError(_: Dispatcher.DispatchController, error: unknown): void {
    this.#fail('connection', error);
  }

  #fail(reason: GraphFailureReason, error?: unknown): void {
    if (this.#settled) return;
    const systemCode = codeOf(error);
    this.#finish({
      kind: 'failure',
      written: this.#written,
      reason: systemCode === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : reason,
      systemCode,
      httpStatus: this.#status,
    });
    this.#controller?.abort(new Error('The request was given up.'));
  }

  #finish(result: GraphExchangeResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.#abort);
    this.#settle(result);
  }

  #restartTimer(): void {
    this.#restarts += 1;
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => this.#timeOut(this.#restarts), this.#request.responseTimeout);
  }

  /** A process that was held up runs its timers before it reads what has arrived; one turn lets a waiting answer in. */
  #timeOut(restarts: number): void {
    setImmediate(() => {
      if (restarts === this.#restarts) this.#fail('timeout');
    });
  }

  #isPastDeadline(): boolean {
    const { deadline } = this.#request;
    return deadline !== undefined && Date.now() >= deadline.getTime();
  }
}
