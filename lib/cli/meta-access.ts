import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphApiClientOptions } from '../graph/graph-api.options.js';
import type { GraphPath, GraphQuery } from '../graph/graph-request.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { type CliSettings, requireSetting } from './settings.js';

/** Milliseconds to the end of an answer: a person is waiting. */
const RESPONSE_TIMEOUT = 15_000;

/** Meta, as one access token sees it. Proves its calls with the app secret once Meta asks for it. */
export class MetaAccess {
  readonly #accessToken: string;
  readonly #appSecret: string | undefined;
  readonly #options: GraphApiClientOptions;
  readonly #plain: GraphApiClient;
  readonly #proving: GraphApiClient;
  #demandsProof = false;

  /** @throws CommandError without an access token, ConfigurationError when an address is no URL */
  constructor(settings: CliSettings) {
    this.#accessToken = requireSetting(settings, 'accessToken');
    this.#appSecret = settings.appSecret;
    const { graphUrl, graphVersion } = settings;
    this.#options = { baseUrl: graphUrl, version: graphVersion, responseTimeout: RESPONSE_TIMEOUT };
    this.#plain = new GraphApiClient(this.#options);
    this.#proving = new GraphApiClient({ ...this.#options, appSecretProof: true });
  }

  /** Whether Meta refused a call because it was not proved with the app secret. */
  get demandsProof(): boolean {
    return this.#demandsProof;
  }

  get<T>(path: GraphPath, query?: GraphQuery): Promise<T> {
    return this.#call((graph) => graph.get<T>(path, { credential: this.#credential, query }));
  }

  /** Reads every item of an edge. */
  list<T>(path: GraphPath, query: GraphQuery): Promise<T[]> {
    return this.#call(async (graph) => {
      const items: T[] = [];
      for await (const item of graph.list<T>(path, { credential: this.#credential, query })) items.push(item);
      return items;
    });
  }

  post<T>(path: GraphPath, body?: object): Promise<T> {
    return this.#call((graph) => graph.post<T>(path, { credential: this.#credential, body }));
  }

  /** The same with the app's own token: what an app may know of itself. */
  getAsApp<T>(appId: string, path: GraphPath, query?: GraphQuery): Promise<T> {
    const credential = { accessToken: `${appId}|${this.#appSecret}`, appSecret: this.#appSecret };
    return this.#plain.get<T>(path, { credential, query });
  }

  /** Reads a node with a proof made of the app secret, which Meta checks. */
  getProved<T>(path: GraphPath, query?: GraphQuery): Promise<T> {
    return this.#proving.get<T>(path, { credential: this.#credential, query });
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    await Promise.all([this.#plain.onApplicationShutdown(), this.#proving.onApplicationShutdown()]);
  }

  get #credential() {
    return { accessToken: this.#accessToken, appSecret: this.#appSecret };
  }

  /** Meta did nothing of what it refuses: the same call can be made again, also a send. */
  async #call<T>(make: (graph: GraphApiClient) => Promise<T>): Promise<T> {
    if (this.#demandsProof) return make(this.#proving);
    try {
      return await make(this.#plain);
    } catch (error) {
      if (!isProofDemand(error)) throw error;
      this.#demandsProof = true;
      if (this.#appSecret === undefined) throw error;
      return make(this.#proving);
    }
  }
}

const isProofDemand = (error: unknown): boolean =>
  error instanceof MetaApiError && /require an appsecret_proof/i.test(error.metaMessage);

/** Whether Meta refused a proof: the app secret is not that of the token's app. */
export const isProofRefusal = (error: unknown): boolean =>
  error instanceof MetaApiError && /invalid appsecret_proof/i.test(error.metaMessage);
