import { Deployment } from '../library/deployment.js';
import { type Figure, figure, megabytes, seconds } from '../report/figure.js';
import { OwnRedis } from '../servers/own-redis.js';
import { RedisSpace } from '../servers/redis.js';
import { unlimited } from '../stand-in/start.js';
import { queueMemory } from './queue-memory.js';
import { uploadJson, uploadNdjson } from './upload.js';

const BY_JSON = 100_000;
const BY_NDJSON = 1_000_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long an upload takes, and what it and its queue need of memory. The processes that accept do not send. */
export async function* accepting(): AsyncGenerator<Figure> {
  await using server = await OwnRedis.start();
  const redis = new RedisSpace(server.url);
  const emptyRedis = await redis.usedMemory();
  await using deployment = await Deployment.prepare([unlimited], redis);
  const { phoneNumberIds } = await deployment.standIn.call('access');
  const [phoneNumberId = ''] = phoneNumberIds;

  const json = await deployment.startHttp();
  const tomorrow = new Date(Date.now() + DAY_MS);
  const byJson = await uploadJson(await json.call('access'), phoneNumberId, BY_JSON, tomorrow);
  yield figure('100,000 recipients by JSON', byJson, seconds, { atMost: 10 });

  const ndjson = await deployment.startHttp();
  const byNdjson = await uploadNdjson(await ndjson.call('access'), phoneNumberId, BY_NDJSON);
  yield figure('1,000,000 recipients by NDJSON', byNdjson, seconds);
  yield figure(
    '1,000,000 recipients by NDJSON: peak memory of the process',
    await ndjson.call('peakMemory'),
    megabytes,
    {
      atMost: 300_000_000,
    },
  );

  const inRedis = (await queueMemory(deployment)) - emptyRedis;
  yield figure('1,000,000 recipients waiting: memory in Redis', inRedis, megabytes, { atMost: 10_000_000 });
}
