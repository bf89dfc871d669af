import { Deployment } from '../library/deployment.js';
import { type Figure, figure, megabytes, microseconds, seconds } from '../report/figure.js';
import { medianOf } from '../single/load.js';
import { OwnRedis } from '../servers/own-redis.js';
import { RedisSpace } from '../servers/redis.js';
import { unlimited } from '../stand-in/start.js';
import { queueMemory } from './queue-memory.js';
import { uploadJson, uploadNdjson } from './upload.js';

const BY_JSON = 100_000;
const BY_NDJSON = 1_000_000;
/** Lists of JSON that are sent, of which the median counts. */
const UPLOADS = 5;
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
  const access = await json.call('access');
  const times: number[] = [];
  while (times.length < UPLOADS) times.push(await uploadJson(access, phoneNumberId, BY_JSON, tomorrow));
  yield figure('100,000 recipients by JSON', medianOf(times), seconds, { atMost: 3 });

  const ndjson = await deployment.startHttp();
  const before = await ndjson.processorTime();
  const byNdjson = await uploadNdjson(await ndjson.call('access'), phoneNumberId, BY_NDJSON);
  yield figure('1,000,000 recipients by NDJSON', byNdjson, seconds, { atMost: 25 });
  const cost = ((await ndjson.processorTime()) - before) / BY_NDJSON;
  yield figure('1,000,000 recipients by NDJSON: processor time a recipient', cost, microseconds);
  yield figure(
    '1,000,000 recipients by NDJSON: peak memory of the process',
    await ndjson.call('peakMemory'),
    megabytes,
    {
      atMost: 200_000_000,
    },
  );

  const inRedis = (await queueMemory(deployment)) - emptyRedis;
  yield figure('1,000,000 recipients waiting: memory in Redis', inRedis, megabytes, { atMost: 10_000_000 });
}
