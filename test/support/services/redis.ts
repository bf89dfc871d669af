import { Redis } from 'ioredis';
import { findProgram } from './find-program.js';
import { startPrivateServer } from './private-server.js';
import type { Service } from './service.js';

async function ping(url: string): Promise<void> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: 5_000, retryStrategy: () => null });
  let reason: Error | undefined;
  redis.on('error', (error) => (reason = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    // What `connect` rejects with says only that the connection is closed.
    throw reason ?? error;
  } finally {
    redis.disconnect();
  }
}

const settings = ['--save', '', '--appendonly', 'no', '--databases', '1000'];

export const redis: Service = {
  name: 'redis',
  title: 'Redis',
  urlVariable: 'TEST_REDIS_URL',
  install: 'apt-get install -y redis-server',
  ping,
  isInstalled: async () => (await findProgram('redis-server')) !== undefined,
  async start() {
    const server = await findProgram('redis-server');
    if (!server) throw new Error('redis-server was not found.');
    return startPrivateServer({
      name: 'redis',
      account: undefined,
      signal: 'SIGKILL',
      server: (directory, port) => [
        server,
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--dir',
        directory,
        ...settings,
      ],
      url: (port) => `redis://127.0.0.1:${port}`,
      ping,
    });
  },
};
