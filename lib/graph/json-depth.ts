/** Deeper than anything Meta takes or tells; what is deeper still exhausts the stack of whoever walks through it. */
export const DEEPEST_JSON = 100;

/** Whether a JSON value nests deeper than that; without recursion, which such a value would exhaust. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}
