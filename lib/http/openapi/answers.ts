import { STATUS_CODES } from 'node:http';
import type { SurfaceDocumentation } from '../surface.js';
import type { AnswerDescription, OperationDescription } from './operation.js';

/** What stands before a handler and may refuse a request. */
export interface Gates {
  /** The guard of API keys. */
  readonly key: boolean;
  readonly ability: boolean;
  /** A limit of requests a minute. */
  readonly rate: boolean;
}

/** All answers of a handler by status: those of success, and the refusals in the words of its surface. */
export function answersOf(
  operation: OperationDescription,
  { errors, everywhere = [] }: SurfaceDocumentation,
  gates: Gates,
): [status: number, answer: AnswerDescription][] {
  const hasBody = operation.json !== undefined || operation.content !== undefined;
  const refusals = new Set([
    ...(operation.errors ?? []),
    ...everywhere,
    ...(gates.key ? [401] : []),
    ...(gates.ability ? [403] : []),
    ...(gates.rate ? [429] : []),
    // A body that cannot be read, or is too large.
    ...(hasBody ? [400, 413] : []),
    500,
  ]);
  const answers: Record<number, AnswerDescription> = {};
  for (const status of refusals) answers[status] = errors[status] ?? { description: STATUS_CODES[status] ?? '' };
  return Object.entries({ ...answers, ...operation.answers }).map(([status, answer]) => [Number(status), answer]);
}
