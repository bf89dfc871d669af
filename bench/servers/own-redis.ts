import { Redis } from 'ioredis';
import { OwnServer } from './own-server.js';

/** A Redis server that one measurement alone uses: what it holds in memory is that measurement's. */
export class OwnRedis implements AsyncDisposable {
  private constructor(readonly server: OwnServer) {}

  /** Starts one, which forgets everything when it ends. @throws Error where `redis-server` is not installed */
  static async start(): Promise<OwnRedis> {
    const server = await OwnServer.start({
      name: 'redis',
      end: 'SIGKILL',
      command: (_, port) => ['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', ''],
      ping: (port) => withRedis(`redis://127.0.0.1:${port}`, (redis) => redis.ping()),
    });
    return new OwnRedis(server);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.server.port}`;
  }

  /** Sends it a command. */
  command(name: string, ...values: readonly (string | number)[]): Promise<unknown> {
    return withRedis(this.url, (redis) => redis.call(name, ...values));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }
}

async function withRedis<T>(url: string, action: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  // The command's own rejection says the same.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await action(redis);
  } finally {
    redis.disconnect();
  }
}
