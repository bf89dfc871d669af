import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { Deployment, type TestProcess } from './deployment.js';

/** Has an observer look now and then every two seconds, for so long; what it found last. */
async function observe({ others, clock }: TestProcess, ms: number): Promise<readonly string[]> {
  let found = await others.find();
  for (let passed = 0; passed < ms; passed += 2_000) {
    clock.pass(2_000);
    found = await others.find();
  }
  return found;
}

describeEachDatabase('a dead process', (database) => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.create(await database.create());
  });
  afterAll(() => deployment.drop());
  // Beats come when a test calls for them.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(async () => {
    await deployment.clear();
    vi.useRealTimers();
  });

  /** An observer that found a process dead. */
  async function funeral(): Promise<{ observer: TestProcess; dead: TestProcess }> {
    const [observer, dead] = [await deployment.start(), await deployment.start()];
    expect(await observe(observer, 10_000)).toEqual([dead.id]);
    return { observer, dead };
  }

  it('is found when no beat was seen for 10 seconds, and no sooner', async () => {
    const [observer, dead] = [await deployment.start(), await deployment.start()];
    expect(await observe(observer, 8_000)).toEqual([]);
    observer.stall(1_999);
    expect(await observer.others.find()).toEqual([]);
    observer.stall(1);
    expect(await observer.others.find()).toEqual([dead.id]);
    expect(await observer.others.find()).toEqual([dead.id]);
  });

  it('is none that beats, however seldom', async () => {
    const [observer, alive] = [await deployment.start(), await deployment.start()];
    for (let beats = 0; beats < 4; beats += 1) {
      expect(await observe(observer, 8_000)).toEqual([]);
      await alive.self.beat();
    }
  });

  it('is found by its beat, whatever the clocks of the two machines show', async () => {
    const [observer, alive] = [await deployment.start(), await deployment.start()];
    alive.stall(1e12);
    await alive.self.beat();
    await deployment.dataSource.query('UPDATE whatsapp_processes SET started_at = 0');
    expect(await observe(observer, 8_000)).toEqual([]);
  });

  it('is found by all who look, and removed by one of them', async () => {
    const [one, other, dead] = [await deployment.start(), await deployment.start(), await deployment.start()];
    for (let looks = 0; looks <= 5; looks += 1) {
      const expected = looks < 5 ? [] : [dead.id];
      expect(await one.others.find()).toEqual(expected);
      expect(await other.others.find()).toEqual(expected);
      for (const { clock, self } of [one, other]) {
        clock.pass(2_000);
        await self.beat();
      }
    }
    const removed = await Promise.all([one, other].map(({ others }) => others.remove(dead.id)));
    expect(removed.filter(Boolean)).toHaveLength(1);
    expect((await deployment.ids()).toSorted()).toEqual([one.id, other.id].toSorted());
    expect(await one.others.find()).toEqual([]);
    expect(await other.others.find()).toEqual([]);
  });

  it('is not found after a pause of the observer, who then begins anew', async () => {
    const [observer, silent] = [await deployment.start(), await deployment.start()];
    expect(await observe(observer, 8_000)).toEqual([]);
    observer.stall(4_001);
    expect(await observer.others.find()).toEqual([]);
    expect(await observe(observer, 8_000)).toEqual([]);
    observer.stall(2_000);
    expect(await observer.others.find()).toEqual([silent.id]);
  });

  it('is not found while the database is away, when no one can beat', async () => {
    const [observer, silent] = [await deployment.start(), await deployment.start()];
    expect(await observe(observer, 8_000)).toEqual([]);
    await observer.dataSource.destroy();
    for (let looks = 0; looks < 3; looks += 1) {
      observer.stall(2_000);
      await expect(observer.others.find()).rejects.toThrow(/connect|pool|open/i);
    }
    await observer.dataSource.initialize();
    expect(await observer.others.find()).toEqual([]);
    expect(await observe(observer, 8_000)).toEqual([]);
    observer.stall(2_000);
    expect(await observer.others.find()).toEqual([silent.id]);
  });

  it('is not found by an answer for which the observer waited long', async () => {
    const [observer] = [await deployment.start(), await deployment.start()];
    expect(await observe(observer, 8_000)).toEqual([]);
    const answer = observer.others.find();
    observer.stall(3_000);
    expect(await answer).toEqual([]);
  });

  it('is never the observer itself, nor what it was before', async () => {
    const observer = await deployment.start();
    expect(await observe(observer, 20_000)).toEqual([]);
    const before = observer.id;
    await observer.self.beat(); // after 20 seconds without a beat
    expect(observer.id).not.toBe(before);
    expect(await observe(observer, 20_000)).toEqual([]);
    expect(await observer.others.remove(observer.id)).toBe(false);
    expect(await deployment.ids()).toEqual([observer.id]);
  });

  it('stays when it beats after all, right before it is removed', async () => {
    const { observer, dead } = await funeral();
    await dead.self.beat();
    expect(await observer.others.remove(dead.id)).toBe(false);
    expect((await deployment.ids()).toSorted()).toEqual([observer.id, dead.id].toSorted());
    expect(await observer.others.find()).toEqual([]);
  });

  it('stays when no one found it dead', async () => {
    const [observer, alive] = [await deployment.start(), await deployment.start()];
    expect(await observer.others.remove(alive.id)).toBe(false);
    await observe(observer, 8_000);
    expect(await observer.others.remove(alive.id)).toBe(false);
    expect(await deployment.ids()).toHaveLength(2);
  });

  it('learns of its death by its next beat', async () => {
    const { observer, dead } = await funeral();
    const { id } = dead;
    expect(await observer.others.remove(id)).toBe(true);
    await dead.self.beat();
    expect(dead.id).not.toBe(id);
    expect((await deployment.ids()).toSorted()).toEqual([observer.id, dead.id].toSorted());
  });

  it('does not count as a worker any more', async () => {
    const { observer, dead } = await funeral();
    await deployment.start({ isWorker: false });
    const worker = await deployment.start();
    expect(await observer.others.workers()).toBe(2);
    expect(await worker.others.workers()).toBe(3);
    await observer.others.remove(dead.id);
    expect(await worker.others.workers()).toBe(2);
  });

  it('is known until it is removed', async () => {
    const { observer, dead } = await funeral();
    const never = 'f'.repeat(32);
    const { others } = observer;
    expect(await others.known([observer.id, dead.id, never])).toEqual(new Set([observer.id, dead.id]));
    await others.remove(dead.id);
    expect(await others.known([dead.id, never])).toEqual(new Set());
    expect(await others.known([])).toEqual(new Set());
  });
});
