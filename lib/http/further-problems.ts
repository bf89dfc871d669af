import type { Problem } from '../errors.js';

/** The problems that a surface found, and those of a service for other fields. */
export function withFurther(own: readonly Problem[], further: readonly Problem[]): Problem[] {
  const isNamed = (path: string): boolean =>
    own.some((named) => path === named.path || path.startsWith(`${named.path}.`) || path.startsWith(`${named.path}[`));
  return [...own, ...further.filter(({ path }) => !isNamed(path))];
}
