import { setTimeout as delay } from 'node:timers/promises';

export interface ProbeOptions<Result> {
  /** How long the result of a look counts, in ms. */
  readonly freshFor: number;
  /** How long anybody waits for a look, in ms. */
  readonly patience: number;
  /** The result of a look that fails, or that takes longer. */
  readonly otherwise: Result;
}

/** A look that has not come back by then is given up: what it hangs on may be well again. */
const GIVEN_UP_AFTER_MS = 30_000;

interface Look<Result> {
  readonly result: Promise<Result>;
  until: number;
}

/** Looks at something, one look at a time: whoever asks often, or all at once, costs no more than who asks now and then. */
export class Probe<Result> {
  #last: Look<Result> | undefined;

  constructor(
    private readonly look: () => Promise<Result>,
    private readonly options: ProbeOptions<Result>,
  ) {}

  /** What was seen a moment ago, or is seen now. Never rejects. */
  async result(): Promise<Result> {
    const now = performance.now();
    if (!this.#last || now >= this.#last.until) this.#last = this.#begin(now);
    const { result } = this.#last;
    const timer = new AbortController();
    const { patience, otherwise } = this.options;
    const passed = delay(patience, otherwise, { signal: timer.signal }).catch(() => otherwise);
    return Promise.race([result, passed]).finally(() => timer.abort());
  }

  #begin(now: number): Look<Result> {
    const { freshFor, otherwise } = this.options;
    const look = {
      result: this.#tryToLook().catch(() => otherwise),
      until: now + GIVEN_UP_AFTER_MS,
    };
    void look.result.then(() => (look.until = performance.now() + freshFor));
    return look;
  }

  /** Also what is thrown at once comes as a rejection. */
  async #tryToLook(): Promise<Result> {
    return this.look();
  }
}
