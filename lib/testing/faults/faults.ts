import type { RecordedRequest } from '../records/records.js';
import { recipientKey } from '../records/recipient-key.js';
import { isJsonObject } from '../server/json.js';
import type { Fault, FaultScope, PendingFault } from './fault.js';

interface Entry {
  readonly fault: Fault;
  readonly scope: FaultScope;
  remaining: number;
}

/** The faults that wait for their requests; the one set first strikes first. */
export class Faults {
  #entries: Entry[] = [];

  /** Sets a fault for the next request that fits the scope. */
  next(fault: Fault, scope: FaultScope = {}): PendingFault {
    const entry: Entry = { fault, scope, remaining: scope.times ?? 1 };
    this.#entries.push(entry);
    return {
      get remaining() {
        return entry.remaining;
      },
      cancel: () => {
        entry.remaining = 0;
        this.#drop(entry);
      },
    };
  }

  /** Sets a fault for the next send: `POST …/messages`. */
  nextSend(fault: Fault, scope: Omit<FaultScope, 'method' | 'path'> = {}): PendingFault {
    return this.next(fault, { ...scope, method: 'POST', path: '/messages' });
  }

  /** Takes back all faults that still wait. */
  clear(): void {
    for (const entry of this.#entries) entry.remaining = 0;
    this.#entries = [];
  }

  /** Whether none waits. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** The fault that strikes this request, if any. */
  take(request: RecordedRequest): Fault | undefined {
    const entry = this.#entries.find(({ scope }) => fits(scope, request));
    if (!entry) return undefined;
    entry.remaining -= 1;
    if (entry.remaining <= 0) this.#drop(entry);
    return entry.fault;
  }

  #drop(entry: Entry): void {
    this.#entries = this.#entries.filter((candidate) => candidate !== entry);
  }
}

function fits(scope: FaultScope, request: RecordedRequest): boolean {
  return (
    (scope.method === undefined || scope.method.toUpperCase() === request.method) &&
    (scope.path === undefined || fitsPath(scope.path, request.path)) &&
    (scope.recipient === undefined || recipientKey(scope.recipient) === recipientOf(request.body)) &&
    (scope.where === undefined || scope.where(request))
  );
}

function fitsPath(path: string | RegExp, actual: string): boolean {
  return typeof path === 'string' ? actual.endsWith(path) : actual.search(path) >= 0;
}

function recipientOf(body: unknown): string | undefined {
  if (!isJsonObject(body)) return undefined;
  const recipient = body['to'] ?? body['recipient'];
  return typeof recipient === 'string' ? recipientKey(recipient) : undefined;
}
