/** What the room of callbacks is told by the module's options. */
export interface CallbackOptions {
  /** Which addresses are called: https on the public Internet, or any. */
  readonly callbackUrls: 'public' | 'any';
  /** Milliseconds in which a callback has to be answered. */
  readonly callbackTimeout: number;
  /** Milliseconds before the second try, the third and so on; after the last one a delivery has failed. */
  readonly callbackRetryDelays: readonly number[];
  /** 32 bytes each, in base64; the first encrypts, all decrypt. */
  readonly encryptionKeys: readonly string[];
}

export const CALLBACK_OPTIONS = Symbol('CALLBACK_OPTIONS');

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds in which a callback has to be answered unless the options say otherwise. */
export const DEFAULT_CALLBACK_TIMEOUT = 10 * SECOND;

/** A day, all in all. */
export const DEFAULT_CALLBACK_RETRY_DELAYS: readonly number[] = [
  10 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
];
