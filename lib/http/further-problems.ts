import type { Problem } from '../errors.js';

/** What a surface finds wrong, and what a service does beside that: of a field that has a problem, nothing further. */
export function withFurther(own: readonly Problem[], further: readonly Problem[]): Problem[] {
  const isNamed = (path: string): boolean =>
    own.some((named) => path === named.path || path.startsWith(`${named.path}.`) || path.startsWith(`${named.path}[`));
  return [...own, ...further.filter(({ path }) => !isNamed(path))];
}
