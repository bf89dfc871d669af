/** Pages that are shown on either side of the present one. */
const ON_EACH_SIDE = 3;
/** So near to an end, all pages up to it are shown. */
const NEAR_END = ON_EACH_SIDE + 4;

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The numbers of the pages that a paginator shows, as Laravel chooses them; null is a gap. */
export function pageNumbers(page: number, last: number): (number | null)[] {
  if (last < ON_EACH_SIDE * 2 + 8) return range(1, last);
  const [start, finish] = [range(1, 2), range(last - 1, last)];
  if (page <= NEAR_END) return [...range(1, NEAR_END + ON_EACH_SIDE), null, ...finish];
  if (page > last - NEAR_END) return [...start, null, ...range(last - NEAR_END - ON_EACH_SIDE + 1, last)];
  return [...start, null, ...range(page - ON_EACH_SIDE, page + ON_EACH_SIDE), null, ...finish];
}
