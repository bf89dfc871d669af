import type { PrivateServer } from './private-server.js';
import type { Service, ServiceState } from './service.js';

export interface ObtainedService {
  readonly state: ServiceState;
  /** What people should know although the service was obtained. */
  readonly warning?: string;
  stop(): Promise<void>;
}

const nothingToStop = () => Promise.resolve();

/**
 * Finds a service: the one its environment variable names, else one started for this run. A server that merely happens
 * to listen on the usual port is left alone: it may hold someone's data.
 *
 * `TEST_WITHOUT=mariadb,redis` acts as if those were not installed.
 */
export async function obtainService(service: Service, environment: NodeJS.ProcessEnv): Promise<ObtainedService> {
  if (environment.TEST_WITHOUT?.split(',').includes(service.name)) {
    return { state: { available: false, reason: 'TEST_WITHOUT names it' }, stop: nothingToStop };
  }
  const url = environment[service.urlVariable];
  let warning: string | undefined;
  if (url) {
    const problem = await problemReaching(service, url);
    if (problem === undefined) return { state: { available: true, url, isPrivate: false }, stop: nothingToStop };
    warning = `${service.urlVariable} names a server that cannot be reached (${problem})`;
  }
  if (!(await service.isInstalled())) {
    return { state: { available: false, reason: warning ?? 'not installed' }, stop: nothingToStop };
  }
  const started = await startedPrivately(service);
  return warning === undefined ? started : { ...started, warning: `${warning}; looked for one of our own instead` };
}

async function startedPrivately(service: Service): Promise<ObtainedService> {
  let server: PrivateServer;
  try {
    server = await service.start();
  } catch (error) {
    return { state: { available: false, reason: messageOf(error) }, stop: nothingToStop };
  }
  return { state: { available: true, url: server.url, isPrivate: true }, stop: () => server.stop() };
}

async function problemReaching(service: Service, url: string): Promise<string | undefined> {
  try {
    await service.ping(url);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  if (!(error instanceof Error)) return String(error);
  // `fetch` says why in the cause alone.
  return error.cause instanceof Error ? `${error.message}: ${messageOf(error.cause)}` : error.message;
}
