import type { Dispatcher } from 'undici';
import type { ValidationProblem } from '../errors.js';
import { checkNames, hasMethods, LONGEST_TIMER, problem, refuse } from '../option-checks.js';

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

const NAMES: Record<keyof GraphApiClientOptions, true> = {
  baseUrl: true,
  version: true,
  connectTimeout: true,
  responseTimeout: true,
  maxConnections: true,
  dispatcher: true,
  appSecretProof: true,
};

/** Everything that is wrong with the options. */
export function checkGraph(options: GraphApiClientOptions): ValidationProblem[] {
  const { version, baseUrl, appSecretProof }: { readonly [Name in keyof GraphApiClientOptions]: unknown } = options;
  const count = (name: 'connectTimeout' | 'responseTimeout' | 'maxConnections') =>
    options[name] === undefined || isCount(options[name])
      ? []
      : [problem(`graph.${name}`, `must be a whole number from 1 to ${LONGEST_TIMER}.`)];
  return [
    ...checkNames<GraphApiClientOptions>('graph', options, NAMES),
    ...(version === undefined || (typeof version === 'string' && /^v\d+\.\d+$/.test(version))
      ? []
      : [problem('graph.version', 'must look like v25.0.')]),
    ...(baseUrl === undefined || isBaseUrl(baseUrl)
      ? []
      : [
          problem(
            'graph.baseUrl',
            'must be an http or https URL without user, query and fragment, such as https://graph.facebook.com.',
          ),
        ]),
    ...count('connectTimeout'),
    ...count('responseTimeout'),
    ...count('maxConnections'),
    ...(options.dispatcher === undefined || hasMethods(options.dispatcher, 'dispatch')
      ? []
      : [problem('graph.dispatcher', 'must be a dispatcher of undici 7, such as a ProxyAgent.')]),
    ...(appSecretProof === undefined || typeof appSecretProof === 'boolean'
      ? []
      : [problem('graph.appSecretProof', 'must be true or false.')]),
  ];
}

const isCount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= LONGEST_TIMER;

function isBaseUrl(baseUrl: unknown): boolean {
  const url = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    ![url.username, url.password, url.search, url.hash].some(Boolean)
  );
}

/**
 * Fills in the defaults.
 *
 * @throws ConfigurationError when an option cannot work
 */
export function graphApiSettings(options: GraphApiClientOptions): GraphApiSettings {
  refuse(checkGraph(options));
  const { version = 'v25.0', appSecretProof = false } = options;
  const { origin, pathname } = new URL(options.baseUrl ?? 'https://graph.facebook.com');
  return {
    origin,
    pathPrefix: `${pathname.replace(/\/+$/, '')}/${version}`,
    connectTimeout: options.connectTimeout ?? 5_000,
    responseTimeout: options.responseTimeout ?? 30_000,
    maxConnections: options.maxConnections ?? 512,
    appSecretProof,
  };
}
