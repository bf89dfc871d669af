const SECOND_MS = 1_000;
/** A body may come long after its head: an arrival is placed among those of the last ten seconds before the newest. */
const KEPT_MS = 10_000;

/** When the accepted messages of a number arrived, and how many there were at most in any 1,000 ms. */
export class SlidingSecond {
  /** Ascending. */
  readonly #times: number[] = [];
  #busiest = 0;
  #pruneAt = 1_000;

  /** The largest number of arrivals in any second so far. Two that are 1,000 ms apart are not in the same second. */
  get busiest(): number {
    return this.#busiest;
  }

  /** How many arrivals the busiest of the seconds around `time` would have, with one at `time`. */
  busiestWith(time: number): number {
    const times = this.#times;
    const position = firstAfter(times, time);
    let start = firstAfter(times, time - SECOND_MS);
    let busiest = position - start + 1;
    // Only for an arrival whose body took longer to come than those of later ones.
    for (let end = position; end < times.length; end += 1) {
      const last = times[end] ?? 0;
      if (last >= time + SECOND_MS) break;
      while ((times[start] ?? time) <= last - SECOND_MS) start += 1;
      busiest = Math.max(busiest, end - start + 2);
    }
    return busiest;
  }

  add(time: number): void {
    const times = this.#times;
    this.#busiest = Math.max(this.#busiest, this.busiestWith(time));
    const position = firstAfter(times, time);
    if (position === times.length) times.push(time);
    else times.splice(position, 0, time);
    if (times.length < this.#pruneAt) return;
    times.splice(0, firstAfter(times, time - KEPT_MS));
    this.#pruneAt = 2 * times.length + 1_000;
  }
}

/** The index of the first number of an ascending list that is greater than `value`. */
function firstAfter(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
