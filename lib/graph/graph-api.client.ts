import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher } from 'undici';
import {
  GRAPH_API_CLIENT_OPTIONS,
  type GraphApiClientOptions,
  type GraphApiSettings,
  graphApiSettings,
} from './graph-api.options.js';
import type { GraphPage } from './graph-api.types.js';
import { appSecretProofOf, authorizationOf } from './graph-credential.js';
import { GraphExchange, type GraphExchangeResult, type GraphRequest } from './graph-exchange.js';
import { readListing } from './graph-listing.js';
import { outcomeOf } from './graph-outcome.js';
import { type GraphPath, requestTarget } from './graph-path.js';
import { downloadFrom, type GraphDownload } from './graph-download.js';
import type {
  GraphCallOptions,
  GraphDownloadOptions,
  GraphRequestOptions,
  GraphUploadOptions,
} from './graph-request.options.js';
import { readUsage } from './graph-usage.js';
import { MetaApiError } from './meta-api.error.js';
import { MetaUnreachableError } from './meta-outcome.errors.js';
import { multipartBody } from './multipart-body.js';
import { TokenRefusals } from './token-refusals.js';

/** A body and the headers that describe it. */
interface GraphBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: GraphRequest['body'];
}

/**
 * Speaks to Meta's Graph API. Every request has one of three outcomes beside its answer: a `MetaApiError` (Meta refused
 * it), a `MetaUnreachableError` (Meta did not get it), an `OutcomeUnknownError` (Meta may have carried it out). Nothing
 * is ever tried again here, and no redirect is followed. Whatever else is thrown was thrown before anything was sent.
 *
 * The access token travels in the header `Authorization` alone, and is in no error. The type of an answer is Meta's word:
 * it is read, not checked.
 */
@Injectable()
export class GraphApiClient implements OnApplicationShutdown {
  /** Whose access token Meta did not take the last time. */
  readonly tokenRefusals = new TokenRefusals();
  readonly #settings: GraphApiSettings;
  readonly #hostDispatcher: Dispatcher | undefined;
  #agent: Agent | undefined;
  #destroyed = false;

  /** @throws ConfigurationError when an option cannot work */
  constructor(@Inject(GRAPH_API_CLIENT_OPTIONS) options: GraphApiClientOptions) {
    this.#settings = graphApiSettings(options);
    this.#hostDispatcher = options.dispatcher;
  }

  /** Reads a node or an edge. */
  async get<T>(path: GraphPath, options: GraphRequestOptions): Promise<T> {
    return this.#call('GET', path, options, { headers: {} });
  }

  /** Sends, creates or changes something. */
  async post<T>(path: GraphPath, options: GraphCallOptions): Promise<T> {
    return this.#call('POST', path, options, jsonBody(options.body));
  }

  /** Deletes something; some edges, such as `block_users`, name in a body what to delete. */
  async delete<T>(path: GraphPath, options: GraphCallOptions): Promise<T> {
    return this.#call('DELETE', path, options, jsonBody(options.body));
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
  async upload<T>(path: GraphPath, options: GraphUploadOptions): Promise<T> {
    let exchange: GraphExchange | undefined;
    const { headers, body, failure } = multipartBody(options.upload, () => exchange?.progressed());
    // The stream can break before the request is written, when nobody listens to it yet.
    body.on('error', () => body.destroy());
    try {
      return await this.#call<T>('POST', path, options, { headers, body }, (started) => {
        exchange = started;
      });
    } catch (error) {
      const broken = failure();
      throw broken ? broken.error : error;
    } finally {
      body.destroy();
    }
  }

  /**
   * Reads a file from the address that Meta told for it, such as `url` of a media id: as a stream that is never held
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
    try {
      outcomeOf(request.method, result, []);
    } catch (error) {
      if (!(error instanceof MetaApiError) || error.httpStatus >= 500) throw error;
    }
  }

  /** Closes the connections when what is under way is done; a dispatcher of the host's is left alone. */
  async onApplicationShutdown(): Promise<void> {
    this.#destroyed = true;
    const agent = this.#agent;
    this.#agent = undefined;
    await agent?.close();
  }

  async #call<T>(
    method: GraphRequest['method'],
    path: GraphPath,
    options: GraphRequestOptions,
    { headers, body }: GraphBody,
    started?: (exchange: GraphExchange) => void,
  ): Promise<T> {
    const { origin, pathPrefix, responseTimeout, appSecretProof } = this.#settings;
    const { credential, secrets = [] } = options;
    const proof = appSecretProof ? appSecretProofOf(credential) : undefined;
    const request: GraphRequest = {
      method,
      origin,
      target: requestTarget(pathPrefix, path, { ...options.query, appsecret_proof: proof }),
      headers: { authorization: authorizationOf(credential), accept: 'application/json', ...headers },
      body,
      responseTimeout,
      signal: options.signal,
      deadline: options.deadline,
    };
    const result = await GraphExchange.make(this.#dispatcher(), request, started);
    reportUsage(result, options.onUsage);
    try {
      const answer = outcomeOf<T>(method, result, [credential.accessToken, credential.appSecret, proof, ...secrets]);
      this.tokenRefusals.note(credential);
      return answer;
    } catch (error) {
      this.tokenRefusals.note(credential, error);
      throw error;
    }
  }

  #dispatcher(): Dispatcher {
    if (this.#hostDispatcher) return this.#hostDispatcher;
    if (this.#destroyed) throw new MetaUnreachableError({ reason: 'closed' });
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
    // A fault of the listener's must not hide what became of the request.
  }
}
