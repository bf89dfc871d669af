import { type BulkSend, BulkSendEntity, type BulkMessage, type BulkPage, WorkspacesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, digitsOf, phoneOf, recipientsOf } from './bulk-scene.js';

const plain = { template: sampleTemplates.plain.name, language: sampleTemplates.plain.language };

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute));

const namesOf = (items: readonly BulkSend[]) => items.map(({ name }) => name).join('');

const phonesOf = ({ items }: BulkPage<BulkMessage>) => items.map(({ recipientPhone }) => recipientPhone);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describeEachDatabase('bulk sends', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;
  /** Five that were created a minute after each other; the third is cancelled, the fourth of another template. */
  let ids: string[];

  beforeAll(async () => {
    fresh = await database.create();
    scene = await BulkScene.start({ database: fresh.options });
    ids = [];
    for (const minute of [0, 1, 2, 3, 4]) {
      const recipients = minute === 3 ? [{ phone: phoneOf(0) }] : recipientsOf(3);
      const scheduled = minute === 2 ? { scheduledAt: '2099-01-01T00:00:00Z' } : {};
      const bulkSend = await scene.create(recipients, { ...(minute === 3 && plain), ...scheduled, name: `${minute}` });
      if (minute === 2) await scene.bulk.cancel(bulkSend.id);
      await scene.ended(bulkSend);
      await scene.dataSource.getRepository(BulkSendEntity).update({ id: bulkSend.id }, { createdAt: at(minute) });
      ids.push(bulkSend.id);
    }
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  it.each([
    ['all', {}, '43210'],
    ['those with a status', { status: 'COMPLETED' as const }, '4310'],
    ['those cancelled', { status: 'CANCELLED' as const }, '2'],
    ['those with another', { status: 'PARTIAL' as const }, ''],
    ['those of a template', { template: 'hello_world' }, '3'],
    ['those of none', { template: 'hello' }, ''],
    ['those of what is no name', { template: ' ' }, ''],
    ['those since a moment', { createdAfter: at(3) }, '43'],
    ['those before a moment', { createdBefore: at(3) }, '210'],
    ['those in between', { createdAfter: at(1), createdBefore: at(4), status: 'COMPLETED' as const }, '31'],
  ])('are listed newest first: %s', async (_, query, names) => {
    const { items, total } = await scene.bulk.list(query);
    expect(namesOf(items)).toBe(names);
    expect(total).toBe(names.length);
  });

  it('are refused a list of an invalid period', async () => {
    const wrong = { createdAfter: new Date('yesterday'), createdBefore: new Date(NaN) };
    await expect(scene.bulk.list(wrong)).rejects.toMatchObject({
      problems: [{ path: 'createdAfter' }, { path: 'createdBefore' }],
    });
  });

  it('are listed a page at a time, each as it is shown alone', async () => {
    const pages = await Promise.all([1, 2, 3, 4].map((page) => scene.bulk.list({ page, pageSize: 2 })));
    expect(pages.map(({ items }) => namesOf(items))).toEqual(['43', '21', '0', '']);
    expect(pages.map(({ total }) => total)).toEqual([5, 5, 5, 5]);
    expect(pages[0]?.items[0]).toEqual(await scene.bulk.get(ids[4] ?? ''));
  });

  it.each([
    [{ page: 0 }, 'page'],
    [{ page: 1.5 }, 'page'],
    [{ page: NaN }, 'page'],
    [{ pageSize: 0 }, 'pageSize'],
    [{ pageSize: 101 }, 'pageSize'],
  ])('have no page %j', async (query, path) => {
    const wrong = { code: 'VALIDATION_ERROR', problems: [{ path }] };
    await expect(scene.bulk.list(query)).rejects.toMatchObject(wrong);
    await expect(scene.bulk.messages(ids[0] ?? '', query)).rejects.toMatchObject(wrong);
  });

  it('have their messages in the order of their recipients, by page and status', async () => {
    scene.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: phoneOf(4) });
    scene.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: phoneOf(20) });
    const bulkSend = await scene.create(recipientsOf(30));
    await scene.ended(bulkSend);
    const first = await scene.bulk.messages(bulkSend.id);
    expect(first.total).toBe(30);
    expect(phonesOf(first)).toEqual(Array.from({ length: 20 }, (_, index) => digitsOf(index)));
    const second = await scene.bulk.messages(bulkSend.id, { page: 2 });
    expect(phonesOf(second)).toEqual(Array.from({ length: 10 }, (_, index) => digitsOf(20 + index)));
    const failed = await scene.bulk.messages(bulkSend.id, { status: 'failed', pageSize: 1, page: 2 });
    expect(failed).toMatchObject({ total: 2, items: [{ recipientPhone: digitsOf(20), errorCode: '131026' }] });
    expect(first.items[4]).toMatchObject({ status: 'failed', content: { variables: { name: 'Person 4' } } });
  });

  it('have every result, in order, however many', async () => {
    await using idle = await BulkScene.start({ options: { workers: false } });
    const { id } = await idle.create(recipientsOf(2_345));
    const results = await all(idle.bulk.results(id));
    expect(results.map(({ seq }) => seq)).toEqual(Array.from({ length: 2_345 }, (_, index) => index + 1));
    expect(results.at(-1)).toMatchObject({ recipientPhone: digitsOf(2_344) });
    expect(await all(scene.bulk.results(ids[0] ?? ''))).toHaveLength(3);
  });

  it('can be watched until they have ended', async () => {
    const scheduledAt = new Date(Date.now() + 300);
    const { id } = await scene.create(recipientsOf(50, 100), { scheduledAt });
    const seen = await all(scene.bulk.watch(id));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(0)?.status).not.toBe('COMPLETED');
    expect(seen.at(-1)).toEqual(await scene.bulk.get(id));
    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED' });
    // Each of them is news.
    expect(new Set(seen.map((bulkSend) => JSON.stringify(bulkSend))).size).toBe(seen.length);
  });

  it('are watched no longer than their reader listens', async () => {
    const { id } = await scene.create(recipientsOf(1), { scheduledAt: '2099-01-01T00:00:00Z' });
    const watching = new AbortController();
    let seen = 0;
    for await (const { status } of scene.bulk.watch(id, { signal: watching.signal })) {
      expect(status).toBe('SCHEDULED');
      seen += 1;
      watching.abort();
    }
    expect(seen).toBe(1);
  });

  it('are there for their workspace alone', async () => {
    await scene.app.get(WorkspacesService).ensure('other');
    const stranger = { workspace: 'other' };
    const notThere = { code: 'BULK_SEND_NOT_FOUND' };
    const { id } = await scene.create(recipientsOf(1), { scheduledAt: '2099-01-01T00:00:00Z' });
    const unknown = { workspace: 'unknown' };
    const noWorkspace = { code: 'WORKSPACE_NOT_FOUND' };
    for (const action of ['get', 'messages', 'breakdown', 'pause', 'resume', 'cancel', 'retry'] as const) {
      await expect(scene.bulk[action](id, stranger)).rejects.toMatchObject(notThere);
      await expect(scene.bulk[action](id, unknown)).rejects.toMatchObject(noWorkspace);
    }
    for (const iterable of ['results', 'watch'] as const) {
      await expect(scene.bulk[iterable](id, stranger).next()).rejects.toMatchObject(notThere);
      await expect(scene.bulk[iterable](id, unknown).next()).rejects.toMatchObject(noWorkspace);
    }
    expect(await scene.bulk.list(stranger)).toEqual({ items: [], total: 0 });
    await expect(scene.create(recipientsOf(1), stranger)).rejects.toMatchObject({ code: 'PHONE_NUMBER_NOT_FOUND' });
    expect(await scene.bulk.get(id, { workspace: 'default' })).toMatchObject({ id, status: 'SCHEDULED' });
  });
});
