import { type RecordedRequest, recipientKey } from '../records/records.js';
import { isJsonObject } from '../server/param.js';

interface Entry {
  readonly fault: Fault;
  readonly scope: FaultScope;
  remaining: number;
}

/**
 * The faults that wait for their requests; the one set first strikes first.
 *
 * @publicApi
 */
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

  /** Sets a fault for the next send: `POST …/messages` or `POST …/marketing_messages`. */
  nextSend(fault: Fault, scope: Omit<FaultScope, 'method' | 'path'> = {}): PendingFault {
    return this.next(fault, { ...scope, method: 'POST', path: /\/(?:marketing_)?messages$/ });
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

/**
 * Whether a fault strikes before or after Meta has done what was asked. After: a message is accepted and recorded, but the
 * client does not learn of it. A request that is refused anyway gets its refusal.
 *
 * @publicApi
 */
export type FaultMoment = 'before-accepting' | 'after-accepting';

interface Striking {
  /** By default `before-accepting`. */
  readonly when?: FaultMoment;
}

/**
 * Answers with a Meta error. Message, HTTP status and details default to Meta's for the code.
 *
 * @publicApi
 */
export interface ErrorFault extends Striking {
  /** Distinguishes it from the other faults. */
  readonly kind: 'error';
  /** Meta's code, such as 131026. */
  readonly code: number;
  /** `error.message`. */
  readonly message?: string;
  /** `error_data.details`. */
  readonly details?: string;
  /** `error_subcode`. */
  readonly subcode?: number;
  /** HTTP status. */
  readonly status?: number;
  /** `is_transient`. */
  readonly transient?: boolean;
  /** Headers besides the usual ones, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Answers with a bare status, without JSON: a 503 of a proxy, or a 429.
 *
 * @publicApi
 */
export interface StatusFault extends Striking {
  /** Distinguishes it from the other faults. */
  readonly kind: 'status';
  /** HTTP status. */
  readonly status: number;
  /** By default an HTML page, as proxies send. */
  readonly body?: string;
  /** Headers besides the usual ones, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Answers as always, but late.
 *
 * @publicApi
 */
export interface DelayFault extends Striking {
  /** Distinguishes it from the other faults. */
  readonly kind: 'delay';
  /** In milliseconds. */
  readonly ms: number;
}

/**
 * Resets the connection instead of answering.
 *
 * @publicApi
 */
export interface ResetFault extends Striking {
  /** Distinguishes it from the other faults. */
  readonly kind: 'reset';
}

/**
 * Never answers; the connection stays open until the client or `close()` ends it.
 *
 * @publicApi
 */
export interface SilenceFault extends Striking {
  /** Distinguishes it from the other faults. */
  readonly kind: 'silence';
}

/**
 * Answers a byte at a time, as if a broken proxy passed the answer on.
 *
 * @publicApi
 */
export interface DripFault extends Striking {
  /** Distinguishes it from the other faults. */
  readonly kind: 'drip';
  /** Milliseconds from byte to byte; by default 500. */
  readonly ms?: number;
}

/**
 * Breaks the connection in the middle of the answer.
 *
 * @publicApi
 */
export interface CutFault extends Striking {
  /** Distinguishes it from the other faults. */
  readonly kind: 'cut';
}

/**
 * Something that goes wrong on demand.
 *
 * @publicApi
 */
export type Fault = ErrorFault | StatusFault | DelayFault | ResetFault | SilenceFault | DripFault | CutFault;

/**
 * Which requests a fault strikes, and how often; without a matcher the very next request.
 *
 * @publicApi
 */
export interface FaultScope {
  /** By default 1; `Infinity` until `clear()` or `cancel()`. */
  readonly times?: number;
  /** HTTP method, in any case. */
  readonly method?: string;
  /** How the path ends (`/messages`), or an expression for the whole path. */
  readonly path?: string | RegExp;
  /** The recipient of a send, in any spelling. */
  readonly recipient?: string;
  /** Any further condition. */
  readonly where?: (request: RecordedRequest) => boolean;
}

/**
 * A fault that waits for its requests.
 *
 * @publicApi
 */
export interface PendingFault {
  /** How many more requests it will strike. */
  readonly remaining: number;
  /** Takes it back. */
  cancel(): void;
}
