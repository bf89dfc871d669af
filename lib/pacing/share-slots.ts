/** Deals slots out in turn: each of those who wait, in order of arrival, gets one until it has its `count`. */
export function shareSlots<T extends { readonly count: number }>(
  slots: readonly number[],
  waiting: Iterable<T>,
): ReadonlyMap<T, readonly number[]> {
  const shares = new Map<T, number[]>();
  let wanting = [...waiting];
  let next = 0;
  while (next < slots.length && wanting.length > 0) {
    const round = slots.slice(next, next + wanting.length);
    next += round.length;
    for (const [index, one] of wanting.entries()) {
      const slot = round[index];
      if (slot === undefined) break;
      const share = shares.get(one);
      if (share) share.push(slot);
      else shares.set(one, [slot]);
    }
    wanting = wanting.filter((one) => (shares.get(one)?.length ?? 0) < one.count);
  }
  return shares;
}
