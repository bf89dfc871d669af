import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** A Redis server that one measurement alone uses: what it holds in memory is that measurement's. */
export class OwnRedis implements AsyncDisposable {
  private constructor(
    readonly url: string,
    private readonly stop: () => Promise<void>,
  ) {}

  /** Starts one. @throws Error where `redis-server` is not installed */
  static async start(): Promise<OwnRedis> {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), 'whatsapp-bench-redis-'));
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''];
    const server = spawn('redis-server', settings, { stdio: 'ignore' });
    await once(server, 'spawn');
    const url = `redis://127.0.0.1:${port}`;
    await untilItAnswers(url);
    return new OwnRedis(url, async () => {
      const exited = once(server, 'exit');
      server.kill();
      await exited;
      await rm(directory, { recursive: true, force: true });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

async function untilItAnswers(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: 100 });
  // Refused connections are what is waited out.
  redis.on('error', () => {});
  await redis.ping();
  redis.disconnect();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port on 127.0.0.1.');
  return address.port;
}
