import type { PrivateServer } from './private-server.js';

/** The servers that tests can ask for, a browser among them. SQLite needs none. */
export const serviceNames = ['postgres', 'mariadb', 'redis', 'chromium'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** How one server is found, started and reached. */
export interface Service {
  readonly name: ServiceName;
  /** For people, as its makers write it. */
  readonly title: string;
  /** The environment variable that names a running one. */
  readonly urlVariable: string;
  /** The line that installs it. */
  readonly install: string;
  /** Rejects unless a client can talk to the server at `url`. */
  ping(url: string): Promise<void>;
  /** Whether the programs to start one are on this machine. */
  isInstalled(): Promise<boolean>;
  /** Starts one that belongs to this run alone, on a free loopback port; resolves when it answers. */
  start(): Promise<PrivateServer>;
}

/** What became of the search for a server. */
export type ServiceState =
  { readonly available: true; readonly url: string; readonly isPrivate: boolean } | UnavailableService;

export interface UnavailableService {
  readonly available: false;
  /** Why not, for the summary. */
  readonly reason: string;
}
