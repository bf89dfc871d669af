import { EventEmitter, once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiKeyUsage } from '../../lib/auth/api-keys.service.js';
import { ApiKeyEntity } from '../../lib/auth/api-key.entity.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { sqlite } from '../support/databases/sqlite.js';
import { type ApiKeyProcess, startProcess } from './api-key-process.js';

const NOON = Date.UTC(2030, 0, 1, 12);

const setClock = (time: number) => vi.useFakeTimers({ toFake: ['Date'], now: time });

async function lastUsedAt({ apiKeys }: ApiKeyProcess): Promise<Date | null | undefined> {
  const [apiKey] = await apiKeys.list({ workspace: 'used' });
  return apiKey?.lastUsedAt;
}

describeEachDatabase('the last use of an API key', (database) => {
  let fresh: FreshDatabase;
  let here: ApiKeyProcess;
  let elsewhere: ApiKeyProcess;

  beforeEach(async () => {
    fresh = await database.create();
    here = await startProcess(fresh);
    elsewhere = await startProcess(fresh);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await here.stop();
    await elsewhere.stop();
    await fresh.drop();
  });

  it('is noted once a minute, whichever processes the key is used in', async () => {
    const { key } = await here.apiKeys.create({ name: 'Used', workspace: 'used' });
    expect(await lastUsedAt(here)).toBeNull();
    setClock(NOON);
    await here.apiKeys.verify(key);
    await vi.waitFor(async () => expect(await lastUsedAt(here)).toEqual(new Date(NOON)));

    setClock(NOON + 59_999);
    await here.apiKeys.verify(key);
    await elsewhere.apiKeys.verify(key);
    await elsewhere.module.close(); // when it has stopped, it has written all that it was going to
    expect(await lastUsedAt(here)).toEqual(new Date(NOON));

    setClock(NOON + 60_000);
    await here.apiKeys.verify(key);
    await here.module.close();
    expect(await lastUsedAt(here)).toEqual(new Date(NOON + 60_000));
  });
});

describe('the last use of an API key', () => {
  it('is written before the process stops, and not begun after', async () => {
    const fresh = await sqlite.create();
    const here = await startProcess(fresh);
    const { key } = await here.apiKeys.create({ name: 'Used', workspace: 'used' });
    setClock(NOON);
    await here.apiKeys.verify(key);
    await here.module.close();
    setClock(NOON + 3_600_000);
    await here.apiKeys.verify(key);
    await here.dataSource.destroy();

    const later = await startProcess(fresh);
    expect(await lastUsedAt(later)).toEqual(new Date(NOON));
    expect(here.warnings).toEqual([]);
    await later.stop();
    await fresh.drop();
    vi.useRealTimers();
  });

  it('holds up the stop of the process until it is written', async () => {
    const fresh = await sqlite.create();
    const here = await startProcess(fresh);
    const { key } = await here.apiKeys.create({ name: 'Used', workspace: 'used' });
    const order: string[] = [];
    const held = new EventEmitter();
    const entities = here.dataSource.getRepository(ApiKeyEntity);
    const update = entities.update.bind(entities);
    vi.spyOn(entities, 'update').mockImplementationOnce(async (...statement) => {
      await once(held, 'released');
      const result = await update(...statement);
      order.push('written');
      return result;
    });

    await here.apiKeys.verify(key);
    const stopping = here.module
      .get(ApiKeyUsage)
      .onModuleDestroy()
      .then(() => order.push('stopped'));
    await setImmediate();
    held.emit('released');
    await stopping;
    expect(order).toEqual(['written', 'stopped']);
    await here.stop();
    await fresh.drop();
  });

  it('fails no request when it cannot be written, and is logged without the key', async () => {
    const fresh = await sqlite.create();
    const here = await startProcess(fresh);
    const { key, apiKey } = await here.apiKeys.create({ name: 'Used' });
    await here.dataSource.query(
      "CREATE TRIGGER refuse BEFORE UPDATE ON whatsapp_api_keys BEGIN SELECT RAISE(FAIL, 'disk full'); END",
    );
    expect(await here.apiKeys.verify(key)).toMatchObject({ apiKeyId: apiKey.id });
    await here.stop();
    expect(here.warnings).toEqual([expect.stringContaining(`API key ${apiKey.id} could not be noted`)]);
    expect(here.warnings.join()).not.toContain(key);
    await fresh.drop();
  });
});
