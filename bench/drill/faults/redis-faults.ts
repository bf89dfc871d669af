import { setTimeout as delay } from 'node:timers/promises';
import { OwnRedis } from '../../servers/own-redis.js';
import { type FaultKind, over } from './fault.js';

/** What happens to Redis. */
export const redisFaults: readonly FaultKind[] = [
  {
    name: 'Redis killed, back after up to 3 s, empty',
    track: 'servers',
    weight: 3,
    async strike({ redis }, random) {
      await redis.server.down('SIGKILL');
      await delay(random.between(0, 3_000));
      await redis.server.up();
      return over();
    },
  },
  {
    name: 'Redis flushed',
    track: 'servers',
    weight: 3,
    async strike({ redis }) {
      await redis.command('FLUSHALL');
      return over();
    },
  },
  {
    name: 'Redis out of memory (maxmemory, noeviction)',
    track: 'servers',
    weight: 2,
    async strike({ redis }, random) {
      await redis.command('CONFIG', 'SET', 'maxmemory', '1');
      await delay(random.between(1_000, 4_000));
      await redis.command('CONFIG', 'SET', 'maxmemory', '0');
      return over();
    },
  },
  {
    name: 'Redis failed over: replica promoted',
    track: 'servers',
    weight: 2,
    async strike(scene) {
      const { redis: master } = scene;
      const replica = await OwnRedis.start();
      await replica.command('REPLICAOF', '127.0.0.1', master.server.port);
      while (!String(await replica.command('INFO', 'replication')).includes('master_link_status:up')) await delay(50);
      await master.server.down('SIGKILL');
      await replica.command('REPLICAOF', 'NO', 'ONE');
      scene.redis = replica;
      scene.redisProxy.cut();
      await master[Symbol.asyncDispose]();
      return over();
    },
  },
];
