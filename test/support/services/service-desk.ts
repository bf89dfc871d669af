import { once } from 'node:events';
import { createServer } from 'node:http';
import { services } from './catalogue.js';
import { type ObtainedService, obtainService } from './obtain-service.js';
import { type ServiceName, serviceNames } from './service.js';

/**
 * Where the workers of a run ask for services, `GET /<name>`. A service is obtained when the first test file asks for
 * it, once for all workers: a run of pure tests starts nothing.
 */
export class ServiceDesk {
  readonly #obtained = new Map<ServiceName, Promise<ObtainedService>>();
  readonly #environment: NodeJS.ProcessEnv;
  readonly #server = createServer((request, response) => {
    const name = serviceNames.find((candidate) => request.url === `/${candidate}`);
    if (name === undefined) {
      response.writeHead(404).end();
      return;
    }
    this.obtain(name).then(
      ({ state }) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(state)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  /** Begins to listen; resolves to the address to ask. */
  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1').unref();
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The service desk has no address.');
    return `http://127.0.0.1:${address.port}`;
  }

  obtain(name: ServiceName): Promise<ObtainedService> {
    const known = this.#obtained.get(name);
    if (known) return known;
    const obtained = obtainService(services[name], this.#environment);
    this.#obtained.set(name, obtained);
    return obtained;
  }

  /** What came of the services that someone asked for. */
  async obtained(): Promise<ReadonlyMap<ServiceName, ObtainedService>> {
    const entries = [...this.#obtained].map(async ([name, obtained]) => [name, await obtained] as const);
    return new Map<ServiceName, ObtainedService>(await Promise.all(entries));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await Promise.all([...(await this.obtained()).values()].map((service) => service.stop()));
  }
}
