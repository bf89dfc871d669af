import { expect, it, vi } from 'vitest';
import { CallbackTurns } from '../../lib/callbacks/callback-deliverer.js';

/** Turns that a test ends by hand. */
function turnsBy(places: number) {
  const begun: number[] = [];
  const ends = new Map<number, (isGoingOn: boolean) => void>();
  const turns = new CallbackTurns(places, (workspaceId) => {
    begun.push(workspaceId);
    return new Promise((resolve) => ends.set(workspaceId, resolve));
  });
  const end = (workspaceId: number, isGoingOn: boolean) => ends.get(workspaceId)?.(isGoingOn);
  return { turns, begun, end };
}

it('targets that never come to an end leave their places to those who wait', async () => {
  const { turns, begun, end } = turnsBy(2);
  turns.want([1, 2, 3, 4]);
  expect([begun, turns.isCrowded]).toEqual([[1, 2], true]);
  end(1, true);
  await vi.waitUntil(() => begun.length === 3);
  end(2, true);
  await vi.waitUntil(() => begun.length === 4);
  end(3, false);
  await vi.waitUntil(() => begun.length === 5);
  expect(begun).toEqual([1, 2, 3, 4, 1]);
});

it('nobody has two turns at a time, but one more after what was wanted meanwhile', async () => {
  const { turns, begun, end } = turnsBy(2);
  turns.want([1]);
  turns.want([1]);
  expect([begun, turns.isCrowded]).toEqual([[1], false]);
  end(1, false);
  await vi.waitUntil(() => begun.length === 2);
  turns.want([2]);
  turns.want([1]);
  expect([begun, turns.isCrowded]).toEqual([[1, 1, 2], false]);
});

it('no turn begins after the end, which waits for those that have begun', async () => {
  const { turns, begun, end } = turnsBy(1);
  turns.want([1, 2]);
  const ended = turns.end();
  end(1, true);
  await ended;
  expect(begun).toEqual([1]);
});
