import { Agent, request } from 'undici';
import type { WorkDone } from './work.js';

/** One HTTP request of a client's. */
export interface ClientRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What requests cost. */
export interface Cost {
  /** Milliseconds of processor time of the process that answered, for each request. */
  readonly processorTime: number;
  /** Statements of it, for each request. */
  readonly statements: number;
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds from a request to its answer, of which half took no longer. */
  readonly median: number;
}

/** Makes requests, so many at once, and asks the process that answers them what it did for them. */
export async function costOf(
  requests: readonly ClientRequest[],
  inFlight: number,
  workOf: () => Promise<WorkDone>,
): Promise<Cost> {
  const agent = new Agent({ connections: inFlight });
  const times: number[] = [];
  const before = await workOf();
  const startedAt = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let one = requests[next++]; one; one = requests[next++]) times.push(await timeOf(one, agent));
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = await workOf();
  await agent.close();
  return {
    processorTime: (after.processorTime - before.processorTime) / requests.length,
    statements: (after.statements - before.statements) / requests.length,
    rate: requests.length / seconds,
    median: medianOf(times),
  };
}

async function timeOf({ url, headers, body }: ClientRequest, dispatcher: Agent): Promise<number> {
  const startedAt = performance.now();
  const response = await request(url, { method: 'POST', headers, body, dispatcher });
  const answer = await response.body.text();
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}: ${answer}`);
  return performance.now() - startedAt;
}

export function medianOf(quantities: readonly number[]): number {
  const sorted = quantities.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
