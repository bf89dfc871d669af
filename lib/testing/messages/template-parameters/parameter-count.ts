import { GraphError } from '../../errors/graph-error.js';

/** Says that a component must have as many parameters as its template has variables: 132000. */
export function checkCount(part: string, actual: number, expected: number): void {
  if (actual === expected) return;
  const given = `${part}: number of localizable_params (${actual})`;
  throw new GraphError(132000, { details: `${given} does not match the expected number of params (${expected})` });
}
