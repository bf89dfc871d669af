import type { INestApplication } from '@nestjs/common';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeNotRun } from '../support/services/not-run.js';
import { canRestart, restartableRedis } from '../support/services/restartable-server.js';

const PATIENCE = { timeout: 20_000, interval: 100 };

(canRestart.redis ? describe : describeNotRun('redis'))('The sample app with Redis', () => {
  let app: INestApplication | undefined;
  afterEach(async () => {
    await app?.close();
    vi.unstubAllEnvs();
  });

  it('answers 503 to who asks for its health while Redis is away, and 200 when it is back', async () => {
    const redis = await restartableRedis();
    onTestFinished(() => redis.stop());
    const environment = { PORT: '0', DATABASE_URL: 'sqlite::memory:', REDIS_URL: redis.url, WHATSAPP_GRAPH_URL: DEAD };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    // The app reads where Redis is as soon as it is imported.
    const { bootstrap } = await import('../../sample-app/bootstrap.js');
    app = await bootstrap([]);
    const url = `${await app.getUrl()}/health`;
    expect((await fetch(url)).status).toBe(200);

    const back = redis.restart('SIGKILL');
    const away = await vi.waitFor(async () => {
      const response = await fetch(url);
      expect(response.status).toBe(503);
      return response;
    }, PATIENCE);
    expect(await away.json()).toMatchObject({
      status: 'error',
      checks: { redis: { status: 'down', message: 'Redis does not answer.' }, database: { status: 'up' } },
    });
    await back;
    await vi.waitFor(async () => expect((await fetch(url)).status).toBe(200), PATIENCE);
  }, 60_000);
});

/** No one is there. */
const DEAD = 'http://127.0.0.1:1';
