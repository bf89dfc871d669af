import type { AccountFixture } from './accounts/account.fixture.js';
import type { LimitsOptions } from './limits/limits.js';
import type { RecordingLevel } from './records/records.js';
import type { WebhookOptions } from './webhooks/webhook.options.js';

/**
 * What `GraphApiServer.start` takes; every option has a default.
 *
 * @publicApi
 */
export interface GraphApiServerOptions {
  /** Port on the loopback interface; by default 0, a free one. */
  readonly port?: number;
  /** Interface to listen on; by default `127.0.0.1`. */
  readonly host?: string;
  /** The token of every account that has none of its own; by default a random one. */
  readonly accessToken?: string;
  /** The app's secret, for `appsecret_proof`; by default a random one. */
  readonly appSecret?: string;
  /** Refuse calls without `appsecret_proof`, as an app with "Require App Secret" does. A wrong proof is always refused. */
  readonly requireAppSecretProof?: boolean;
  /**
   * Which bearer tokens are malformed. Meta repeats a malformed token in its error message, so a client that logs the
   * message leaks the token. By default one with white space, quotes or characters outside of ASCII.
   */
  readonly isMalformedToken?: (token: string) => boolean;
  /** Oldest Graph API version that is still answered; by default `v20.0`. */
  readonly oldestVersion?: `v${number}.0`;
  /** Accounts to begin with. */
  readonly accounts?: readonly AccountFixture[];
  /** Adds one account with one phone number and every one of `sampleTemplates`. */
  readonly sample?: boolean;
  /** The `wa_id` of a recipient, given the digits of the number; by default the digits themselves. */
  readonly waId?: (digits: string) => string;
  /** What to keep of the requests, for long runs; by default `everything`. */
  readonly record?: RecordingLevel;
  /** Uploads up to this many bytes are kept for download; by default 20 MiB. */
  readonly keepMediaBytes?: number;
  /** Which of Meta's sending limits are enforced: by default all of them, none for `false`. */
  readonly limits?: LimitsOptions | false;
  /** Where to post the statuses of accepted messages; by default nowhere. */
  readonly webhooks?: WebhookOptions;
  /**
   * The clock in epoch milliseconds; by default `Date.now`. Limits are counted by it, and media and download URLs expire
   * by it. See `TestClock` for one that a test can move.
   */
  readonly now?: () => number;
}

/**
 * How a `TestClock` begins.
 *
 * @publicApi
 */
export interface TestClockOptions {
  /** What it shows first, in epoch milliseconds; by default the present. */
  readonly startAt?: number;
  /** By default 1: as fast as any other clock. */
  readonly speed?: number;
}

/**
 * A clock that a test can move and speed up, so that a day's limit needs no day.
 *
 * ```ts
 * const clock = new TestClock({ speed: 60 }); // a minute a second; with 0 it does not move until it is set
 * const meta = await GraphApiServer.start({ sample: true, now: clock.now });
 * clock.advance(24 * 3_600_000);
 * ```
 *
 * @publicApi
 */
export class TestClock {
  #shown: number;
  #shownAt = performance.now();
  #speed: number;

  constructor({ startAt = Date.now(), speed = 1 }: TestClockOptions = {}) {
    this.#shown = startAt;
    this.#speed = speed;
  }

  /** What it shows, in epoch milliseconds and fractions of them. Bound to the clock, so that it can be an option. */
  readonly now = (): number => this.#shown + (performance.now() - this.#shownAt) * this.#speed;

  /** How many seconds pass on it in one second. */
  get speed(): number {
    return this.#speed;
  }

  /** From now on. */
  set speed(speed: number) {
    this.advance(0);
    this.#speed = speed;
  }

  /** Moves it forward at once, by so many milliseconds. */
  advance(ms: number): void {
    const instant = performance.now();
    this.#shown += (instant - this.#shownAt) * this.#speed + ms;
    this.#shownAt = instant;
  }
}
