import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { describeEachDatabase } from '../support/databases.js';
import { Deployment, type TestProcess } from './deployment.js';

/** The ids that a process is known to have lost, each with what it was then. */
function lossesOf({ self }: TestProcess) {
  const losses: { lost: string; id: string; isAlive: boolean }[] = [];
  self.onLost((lost) => losses.push({ lost, id: self.id, isAlive: self.isAlive() }));
  return losses;
}

/** Has the time of day stand still, for a test to set. */
function stopTheTimeOfDay(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
}

describeEachDatabase('a process', (database) => {
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

  it.each([true, false])('is in the database from its start; a worker: %s', async (isWorker) => {
    const before = Date.now();
    const process = await deployment.start({ isWorker });
    expect(process.id).toMatch(/^[0-9a-f]{32}$/);
    const [row] = await deployment.rows();
    expect(row).toEqual({ id: process.id, beat: 0, isWorker, startedAt: expect.any(Date) });
    expect(row?.startedAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(process.self.isAlive()).toBe(true);
  });

  it('is registered once, however many ask for it', async () => {
    const process = await deployment.start();
    await Promise.all([process.self.register(), process.self.onModuleInit()]);
    expect(await deployment.ids()).toEqual([process.id]);
  });

  it('beats by itself every 2 seconds, until it ends', async () => {
    const process = await deployment.start();
    for (const beat of [1, 2, 3]) {
      vi.advanceTimersByTime(2_000);
      await expect.poll(() => deployment.rows()).toMatchObject([{ beat }]);
    }
    await process.self.onApplicationShutdown();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lives for 8 seconds from when its last beat started, and not a moment longer', async () => {
    const process = await deployment.start();
    process.stall(7_000);
    expect(process.self.isAlive()).toBe(true);
    const beat = process.self.beat();
    process.stall(500); // the database takes its time
    await beat;
    process.stall(7_400);
    expect(process.self.isAlive()).toBe(true);
    process.stall(100);
    expect(process.self.isAlive()).toBe(false);
  });

  it('tells the time of day up to which it lives', async () => {
    stopTheTimeOfDay();
    const process = await deployment.start();
    const { self } = process;
    const inMs = () => self.aliveUntil.getTime() - Date.now();
    expect(inMs()).toBe(8_000);
    process.stall(3_000);
    expect(inMs()).toBe(5_000);
    process.stall(10_000);
    expect(inMs()).toBe(-5_000);
  });

  it('does not live longer because the time of day was set back', async () => {
    stopTheTimeOfDay();
    const process = await deployment.start();
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(process.self.aliveUntil.getTime()).toBeLessThanOrEqual(Date.now() + 8_000);
    process.stall(8_000);
    expect(process.self.isAlive()).toBe(false);
  });

  it('does not live through a suspension of the machine, of which only the time of day tells', async () => {
    stopTheTimeOfDay();
    const process = await deployment.start();
    vi.setSystemTime(Date.now() + 8_000);
    expect(process.self.isAlive()).toBe(false);
  });

  it('keeps its id for as long as it beats in time', async () => {
    const process = await deployment.start();
    const [losses, { id }] = [lossesOf(process), process];
    for (let beats = 1; beats <= 5; beats += 1) {
      process.stall(7_900);
      await process.self.beat();
      expect(await deployment.rows()).toMatchObject([{ id, beat: beats }]);
    }
    expect(process.id).toBe(id);
    expect(losses).toEqual([]);
    expect(process.log.lines).toEqual([]);
  });

  it('goes on under a new id when others took it for dead, and first lets go of what it held', async () => {
    const process = await deployment.start();
    const [losses, { id }] = [lossesOf(process), process];
    await deployment.bury(id);
    await process.self.beat();
    expect(process.id).not.toBe(id);
    expect(losses).toEqual([{ lost: id, id, isAlive: false }]);
    expect(await deployment.rows()).toMatchObject([{ id: process.id, isWorker: true }]);
    expect(process.self.isAlive()).toBe(true);
    expect(process.log.lines).toEqual([expect.stringMatching(/^warn .*stood still.*new id/)]);

    await process.self.beat();
    expect(losses).toHaveLength(1);
    expect(await deployment.rows()).toMatchObject([{ id: process.id, beat: 1 }]);
  });

  it('goes on under a new id when it stalled for longer than its lease, though no one noticed', async () => {
    const process = await deployment.start();
    const [losses, { id }] = [lossesOf(process), process];
    process.stall(8_000);
    await process.self.beat();
    expect(losses).toMatchObject([{ lost: id }]);
    expect(await deployment.ids()).toEqual([process.id]);
    expect(process.id).not.toBe(id);
  });

  it('goes on under a new id when its lease ended while the database took its time', async () => {
    const process = await deployment.start();
    const [losses, { id }] = [lossesOf(process), process];
    process.stall(4_000);
    const beat = process.self.beat();
    process.stall(4_000);
    await beat;
    expect(losses).toMatchObject([{ lost: id }]);
    expect(await deployment.ids()).toEqual([process.id]);
  });

  it('lets go of all it held, also when one of those who hold it fails to', async () => {
    const process = await deployment.start();
    const { id } = process;
    process.self.onLost(() => {
      throw new Error('I will not.');
    });
    const losses = lossesOf(process);
    await deployment.bury(id);
    await process.self.beat();
    expect(losses).toMatchObject([{ lost: id }]);
    expect(process.log.text).toContain(
      `error What this process held as ${id} could not be dropped: Error: I will not.`,
    );
    expect(process.self.isAlive()).toBe(true);
  });

  it('goes on trying while the database is away, and says so once, and once that it is back', async () => {
    const process = await deployment.start();
    const { id } = process;
    await process.dataSource.destroy();
    for (const ms of [2_000, 2_000, 2_000]) {
      process.stall(ms);
      await process.self.beat();
    }
    expect(process.self.isAlive()).toBe(true);
    process.stall(2_000);
    expect(process.self.isAlive()).toBe(false);
    await process.self.beat();
    expect(process.id).toBe(id);
    expect(process.log.lines).toEqual([expect.stringMatching(/^warn This process could not show .* again every 2/)]);

    await process.dataSource.initialize();
    await process.self.beat();
    expect(process.self.isAlive()).toBe(true);
    expect(process.id).not.toBe(id);
    expect(await deployment.ids()).toEqual([process.id]);
    await process.self.beat();
    expect(process.log.lines.slice(1)).toEqual([
      expect.stringMatching(/^warn .*new id/),
      expect.stringMatching(/^log .*shows again/),
    ]);
  });

  it('that ends is no longer in the database, and no longer lives', async () => {
    const process = await deployment.start();
    const beat = process.self.beat();
    await process.self.onApplicationShutdown();
    await beat;
    expect(await deployment.ids()).toEqual([]);
    expect(process.self.isAlive()).toBe(false);
    await process.self.beat();
    expect(await deployment.ids()).toEqual([]);
  });

  it('ends also where the database was closed before', async () => {
    const process = await deployment.start();
    await process.dataSource.destroy();
    await process.self.onApplicationShutdown();
    expect(process.log.lines).toEqual([expect.stringMatching(/^debug Could not remove this process/)]);
    await process.dataSource.initialize();
  });
});
