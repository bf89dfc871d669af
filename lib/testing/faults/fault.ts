import type { RecordedRequest } from '../records/records.js';

/**
 * Whether a fault strikes before or after Meta has done what was asked. After: a message is accepted and recorded, but the
 * client is not told. A request that is refused anyway gets its refusal.
 */
export type FaultMoment = 'before-accepting' | 'after-accepting';

interface Striking {
  /** By default `before-accepting`. */
  readonly when?: FaultMoment;
}

/** Answers with a Meta error. Message, HTTP status and details default to Meta's for the code. */
export interface ErrorFault extends Striking {
  readonly kind: 'error';
  readonly code: number;
  readonly message?: string;
  readonly details?: string;
  readonly subcode?: number;
  readonly status?: number;
  readonly transient?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with a bare status, without JSON: a 503 of a proxy, or a 429. */
export interface StatusFault extends Striking {
  readonly kind: 'status';
  readonly status: number;
  /** By default an HTML page, as proxies send. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers as always, but late. */
export interface DelayFault extends Striking {
  readonly kind: 'delay';
  /** In milliseconds. */
  readonly ms: number;
}

/** Resets the connection instead of answering. */
export interface ResetFault extends Striking {
  readonly kind: 'reset';
}

/** Never answers; the connection stays open until the client or `close()` ends it. */
export interface SilenceFault extends Striking {
  readonly kind: 'silence';
}

/** Answers a byte at a time, as if a broken proxy passed the answer on. */
export interface DripFault extends Striking {
  readonly kind: 'drip';
  /** Milliseconds from byte to byte; by default 500. */
  readonly ms?: number;
}

/** Breaks the connection in the middle of the answer. */
export interface CutFault extends Striking {
  readonly kind: 'cut';
}

/** Something that goes wrong on demand. */
export type Fault = ErrorFault | StatusFault | DelayFault | ResetFault | SilenceFault | DripFault | CutFault;

/** Which requests a fault strikes, and how often; without a matcher the very next request. */
export interface FaultScope {
  /** By default 1; `Infinity` until `clear()` or `cancel()`. */
  readonly times?: number;
  readonly method?: string;
  /** How the path ends (`/messages`), or an expression for the whole path. */
  readonly path?: string | RegExp;
  /** The recipient of a send, in any spelling. */
  readonly recipient?: string;
  /** Any further condition. */
  readonly where?: (request: RecordedRequest) => boolean;
}

/** A fault that waits for its requests. */
export interface PendingFault {
  /** How many more requests it will strike. */
  readonly remaining: number;
  /** Takes it back. */
  cancel(): void;
}
