import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Inject, Injectable, type LoggerService, type OnApplicationShutdown, Optional } from '@nestjs/common';
import type { Agent, Dispatcher } from 'undici';
import {
  GRAPH_API_CLIENT_OPTIONS,
  type GraphApiClientOptions,
  type GraphApiSettings,
  graphApiSettings,
} from './graph-api.options.js';
import type { GraphPage } from './graph-api.types.js';
import {
  appSecretProofOf,
  authorizationOf,
  TokenRefusals,
  type GraphCallOptions,
  type GraphDownloadOptions,
  type GraphRequestOptions,
  type GraphUploadOptions,
  type GraphPath,
  requestTarget,
} from './graph-request.js';
import { GraphExchange, type GraphExchangeResult, type GraphRequest } from './graph-exchange.js';
import { readListing } from './graph-listing.js';
import { isJsonObject } from './json.js';
import { answerOf, type GraphOutcome, outcomeOf, unanswered } from './graph-outcome.js';
import { readUsage } from './graph-usage.js';
import { MetaUnreachableError } from './meta-outcome.errors.js';
import { multipartBody } from './multipart-body.js';
import { codeOf } from '../foreign-errors.js';
import { undici } from '../lazy-packages.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { TokenLog } from './token-log.js';

/** A body and the headers that describe it. */
interface GraphBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: GraphRequest['body'];
}

/**
 * Calls Meta's Graph API. Every request has one of three outcomes besides its answer: a `MetaApiError` (Meta refused
 * it), a `MetaUnreachableError` (Meta did not get it), an `OutcomeUnknownError` (Meta may have carried it out). Nothing
 * is ever tried again here, and no redirect is followed. Whatever else is thrown was thrown before anything was sent:
 * whatever is thrown later, by whatever part, has the outcome `unknown`.
 *
 * The access token travels in the header `Authorization` alone, and is in no error. The type of an answer is Meta's word:
 * it is read, not checked.
 */
@Injectable()
export class GraphApiClient implements OnApplicationShutdown {
  /** Whose access token Meta did not take the last time. */
  readonly tokenRefusals = new TokenRefusals();
  readonly #tokenLog: TokenLog | undefined;
  readonly #settings: GraphApiSettings;
  readonly #hostDispatcher: Dispatcher | undefined;
  #agent: Agent | undefined;
  #destroyed = false;

  /** @throws ConfigurationError when an option cannot work */
  constructor(
    @Inject(GRAPH_API_CLIENT_OPTIONS) options: GraphApiClientOptions,
    @Optional() @Inject(WHATSAPP_LOGGER) logger?: LoggerService,
  ) {
    this.#tokenLog = logger && new TokenLog(logger);
    this.#settings = graphApiSettings(options);
    this.#hostDispatcher = options.dispatcher;
  }

  /** Reads a node or an edge. */
  async get<T>(path: GraphPath, options: GraphRequestOptions): Promise<T> {
    return answerOf(await this.#attempt<T>('GET', path, options, () => ({ headers: {} })));
  }

  /** Sends, creates or changes something. */
  async post<T>(path: GraphPath, options: GraphCallOptions<T>): Promise<T> {
    return answerOf(await this.attemptPost(path, options));
  }

  /** The same, for those who go on differently after each outcome. Never rejects. */
  attemptPost<T>(path: GraphPath, options: GraphCallOptions<T>): Promise<GraphOutcome<T>> {
    return this.#attempt('POST', path, options, () => jsonBody(options.body));
  }

  /** Deletes something; some edges, such as `block_users`, name in a body what to delete. */
  async delete<T>(path: GraphPath, options: GraphCallOptions<T>): Promise<T> {
    return answerOf(await this.#attempt('DELETE', path, options, () => jsonBody(options.body)));
  }

  /** Reads every item of an edge, page after page; `limit` in the query is the size of a page. */
  list<T>(path: GraphPath, options: GraphRequestOptions): AsyncGenerator<T, void, undefined> {
    return readListing(options.query ?? {}, (query) => this.get<GraphPage<T>>(path, { ...options, query }));
  }

  /**
   * Uploads a file as `multipart/form-data`, such as to `[phoneNumberId, 'media']`, from memory or as a stream that is
   * never held whole.
   *
   * @throws the error of the file's own stream, when that fails
   */
  async upload<T>(path: GraphPath, options: GraphUploadOptions<T>): Promise<T> {
    let exchange: GraphExchange | undefined;
    const { headers, body, failure } = multipartBody(options.upload, () => exchange?.progressed());
    // The stream can break before the request is written, when no one listens to it yet.
    body.on('error', () => body.destroy());
    const outcome = await this.#attempt(
      'POST',
      path,
      options,
      () => ({ headers, body }),
      (started) => {
        exchange = started;
      },
    );
    body.destroy();
    const broken = outcome.kind === 'answered' ? undefined : failure();
    if (broken) throw broken.error;
    return answerOf(outcome);
  }

  /**
   * Reads a file from the address that Meta reported for it, such as `url` of a media id: as a stream that is never held
   * whole. The token goes to no address without encryption but the API's own.
   */
  async download(address: string, { credential, signal }: GraphDownloadOptions): Promise<GraphDownload> {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (!url || (url.protocol !== 'https:' && url.origin !== this.#settings.origin)) {
      throw new MetaUnreachableError({ reason: 'answer' });
    }
    return downloadFrom(this.#dispatcher(), {
      url,
      headers: { authorization: authorizationOf(credential) },
      secrets: [credential.accessToken, credential.appSecret],
      responseTimeout: this.#settings.responseTimeout,
      signal,
    });
  }

  /**
   * Whether Meta answers at all. No token is sent, so that any answer of Meta's, a refusal too, is a good one.
   * @param signal gives up
   * @throws MetaUnreachableError, or MetaApiError when Meta is down by its own word
   */
  async reach(signal: AbortSignal): Promise<void> {
    const { origin, pathPrefix, responseTimeout } = this.#settings;
    const target = requestTarget(pathPrefix, ['me'], {});
    const headers = { accept: 'application/json' };
    const request = { method: 'GET', origin, target, headers, responseTimeout, signal } as const;
    const result = await GraphExchange.make(this.#dispatcher(), request);
    const outcome = outcomeOf(request.method, result, []);
    if (outcome.kind === 'answered' || (outcome.kind === 'refused' && outcome.error.httpStatus < 500)) return;
    throw outcome.error;
  }

  /** Closes the connections when what is under way is done; a dispatcher of the host's is left alone. */
  async onApplicationShutdown(): Promise<void> {
    this.#destroyed = true;
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.close();
  }

  /** Decides the outcome of a request, as the only place that does. Never rejects. */
  async #attempt<T>(
    method: GraphRequest['method'],
    path: GraphPath,
    options: GraphCallOptions<T>,
    body: () => GraphBody,
    started?: (exchange: GraphExchange) => void,
  ): Promise<GraphOutcome<T>> {
    let exchange: GraphExchange | undefined;
    let httpStatus: number | undefined;
    try {
      const { credential, circumstances, secrets = [] } = options;
      const proof = this.#settings.appSecretProof ? appSecretProofOf(credential) : undefined;
      const request = this.#requestOf(method, path, options, body(), proof);
      const result = await GraphExchange.make(this.#dispatcher(), request, (begun) => {
        exchange = begun;
        started?.(begun);
      });
      if (result.kind === 'answer') httpStatus = result.status;
      reportUsage(result, options.onUsage);
      const hidden = [credential.accessToken, credential.appSecret, proof, ...secrets];
      const outcome = outcomeOf(method, result, hidden, circumstances);
      this.#noteToken(credential, outcome);
      if (outcome.kind !== 'answered') return outcome;
      return { kind: 'answered', answer: options.read ? options.read(outcome.answer) : claimed<T>(outcome.answer) };
    } catch (error) {
      if (exchange?.isWritten) return unanswered(method, true, { reason: 'answer', httpStatus });
      return { kind: 'notSent', error };
    }
  }

  #requestOf(
    method: GraphRequest['method'],
    path: GraphPath,
    { credential, query, signal, deadline }: GraphRequestOptions,
    { headers, body }: GraphBody,
    proof: string | undefined,
  ): GraphRequest {
    const { origin, pathPrefix, responseTimeout } = this.#settings;
    return {
      method,
      origin,
      target: requestTarget(pathPrefix, path, { ...query, appsecret_proof: proof }),
      headers: { authorization: authorizationOf(credential), accept: 'application/json', ...headers },
      body,
      responseTimeout,
      signal,
      deadline,
    };
  }

  #noteToken(credential: GraphRequestOptions['credential'], outcome: GraphOutcome<unknown>): void {
    if (outcome.kind === 'answered') this.tokenRefusals.note(credential);
    else {
      this.tokenRefusals.note(credential, outcome.error);
      this.#tokenLog?.note(credential, outcome.error);
    }
  }

  #dispatcher(): Dispatcher {
    if (this.#hostDispatcher) return this.#hostDispatcher;
    if (this.#destroyed) throw new MetaUnreachableError({ reason: 'closed' });
    const { Agent } = undici();
    return (this.#agent ??= new Agent({
      connections: this.#settings.maxConnections,
      pipelining: 1,
      connect: { timeout: this.#settings.connectTimeout },
    }));
  }
}

function jsonBody(body: object | undefined): GraphBody {
  if (body === undefined) return { headers: {} };
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function reportUsage(result: GraphExchangeResult, onUsage: GraphRequestOptions['onUsage']): void {
  if (!onUsage || result.kind !== 'answer') return;
  const usage = readUsage(result.headers);
  if (!usage) return;
  try {
    onUsage(usage);
  } catch {
    // A fault of the listener's must not hide the outcome of the request.
  }
}

/** The type of an answer that its caller does not read is the caller's word: an object is all that is asked for. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function claimed<T>(answer: unknown): T {
  if (isClaimed<T>(answer)) return answer;
  throw new Error('The answer is no object.');
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
const isClaimed = <T>(answer: unknown): answer is T => isJsonObject(answer);

/** A file on its way from Meta. */
interface GraphDownload {
  readonly headers: IncomingHttpHeaders;
  /** Must be read to its end or destroyed: until then it holds a connection. */
  readonly body: Readable;
}

/** What a download takes. */
export interface GraphDownloadRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Hidden wherever Meta repeats them. */
  readonly secrets: readonly (string | undefined)[];
  /** Milliseconds to the answer's head, and from piece to piece. */
  readonly responseTimeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Begins to read a file; no redirect is followed.
 * @throws MetaApiError when Meta refused it
 * @throws MetaUnreachableError when there was no answer with a file
 */
async function downloadFrom(dispatcher: Dispatcher, request: GraphDownloadRequest): Promise<GraphDownload> {
  const { statusCode, headers, body } = await answerTo(dispatcher, request);
  if (statusCode === 200) return { headers, body };
  const answer = { kind: 'answer' as const, status: statusCode, headers, text: await text(body).catch(() => '') };
  const outcome = outcomeOf('GET', answer, request.secrets);
  if (outcome.kind !== 'answered') throw outcome.error;
  throw new MetaUnreachableError({ reason: 'answer', httpStatus: statusCode });
}

async function answerTo(dispatcher: Dispatcher, { url, headers, responseTimeout, signal }: GraphDownloadRequest) {
  try {
    return await dispatcher.request({
      method: 'GET',
      origin: url.origin,
      path: url.pathname + url.search,
      headers: { ...headers },
      headersTimeout: responseTimeout,
      bodyTimeout: responseTimeout,
      signal,
    });
  } catch (error) {
    const systemCode = codeOf(error);
    if (signal?.aborted) throw new MetaUnreachableError({ reason: 'aborted' });
    throw new MetaUnreachableError({ reason: isTimeout(systemCode) ? 'timeout' : 'connection', systemCode });
  }
}

const isTimeout = (code: string | undefined): boolean => code?.endsWith('_TIMEOUT') ?? false;
