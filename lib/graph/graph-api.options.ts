import type { Dispatcher } from 'undici';
import { ConfigurationError } from '../errors.js';
import { LONGEST_TIMER } from '../option-checks.js';

/** Token of the {@link GraphApiClientOptions}. */
export const GRAPH_API_CLIENT_OPTIONS = Symbol('GRAPH_API_CLIENT_OPTIONS');

/**
 * How to speak to Meta's Graph API.
 *
 * @publicApi
 */
export interface GraphApiClientOptions {
  /** Where the Graph API is; `https://graph.facebook.com` by default. */
  readonly baseUrl?: string | undefined;
  /** Version of the Graph API; `v25.0` by default. */
  readonly version?: string | undefined;
  /** Milliseconds to wait for a connection; 5,000 by default. A dispatcher of the host's keeps its own. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds from the writing of a request to the end of its answer; 30,000 by default. A request may wait as long
   * for a free connection, and an upload as long for each piece that Meta takes.
   */
  readonly responseTimeout?: number;
  /**
   * Connections kept open at most; 512 by default: so many are in use at 1,000 messages a second when an answer takes half
   * a second. A dispatcher of the host's keeps its own.
   */
  readonly maxConnections?: number;
  /** The host's own dispatcher of undici 7, such as a `ProxyAgent`; it is used for every request and never closed. */
  readonly dispatcher?: Dispatcher | undefined;
  /**
   * Whether to prove each request with the app secret, where it is known; off by default. Needed when the app demands it.
   *
   * @see https://developers.facebook.com/docs/graph-api/guides/secure-requests
   */
  readonly appSecretProof?: boolean;
}

/** {@link GraphApiClientOptions} with every default filled in. */
export interface GraphApiSettings extends Required<Omit<GraphApiClientOptions, 'baseUrl' | 'version' | 'dispatcher'>> {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What every path begins with: the path of the base URL, if it has one, and the version. */
  readonly pathPrefix: string;
}

/**
 * Fills in the defaults.
 *
 * @throws ConfigurationError when an option cannot work
 */
export function graphApiSettings(options: GraphApiClientOptions): GraphApiSettings {
  const { version = 'v25.0', appSecretProof = false } = options;
  if (!/^v\d+\.\d+$/.test(version)) {
    throw new ConfigurationError('The version of the Graph API must look like v25.0.');
  }
  const { origin, pathname } = readBaseUrl(options.baseUrl ?? 'https://graph.facebook.com');
  return {
    origin,
    pathPrefix: `${pathname.replace(/\/+$/, '')}/${version}`,
    connectTimeout: atLeastOne('connectTimeout', options.connectTimeout ?? 5_000),
    responseTimeout: atLeastOne('responseTimeout', options.responseTimeout ?? 30_000),
    maxConnections: atLeastOne('maxConnections', options.maxConnections ?? 512),
    appSecretProof,
  };
}

function readBaseUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new ConfigurationError(
      'The base URL of the Graph API must be an http or https URL without user, query and fragment, ' +
        'such as https://graph.facebook.com.',
    );
  }
  return url;
}

function atLeastOne(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= LONGEST_TIMER) return value;
  throw new ConfigurationError(
    `The option ${option} of the Graph API client must be a whole number from 1 to ${LONGEST_TIMER}.`,
  );
}
