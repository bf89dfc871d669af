/** Requests that are counted together. */
export interface CountedRequests {
  /** Whose they are, and where they go. */
  readonly key: string;
  /** How many of them pass in a minute, which begins with the first. */
  readonly perMinute: number;
}

/** Counts requests, so that nobody makes more of them than they may. */
export interface RequestLimits {
  /**
   * Counts one request more.
   * @returns milliseconds until another one passes; 0 when this one does. One that does not pass prolongs no wait.
   */
  count(requests: CountedRequests): Promise<number>;
}

/** Injects the `RequestLimits` of this module. */
export const REQUEST_LIMITS = Symbol('REQUEST_LIMITS');
