import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Scheduler } from './scheduler.js';
import type { Choices } from './choices.js';

/** The world's time of day at the beginning of a run. */
const BEGINNING = Date.UTC(2026, 0, 5, 12);

/** What Node's clocks, timers and random numbers come from at the moment. */
interface Source {
  readonly scheduler: Scheduler;
  readonly random: Choices;
}

let source: Source | undefined;

function current(): Source {
  if (!source) throw new Error('Something runs outside a simulation.');
  return source;
}

/** From now on clocks, timers and random numbers are those of a run. */
export function useSource(next: Source): void {
  source = next;
}

const timeOfDay = (): number => {
  const { scheduler } = current();
  return BEGINNING + Math.floor(scheduler.now) + (scheduler.owner?.clockAhead ?? 0);
};

/** A timer as Node returns it. */
class VirtualTimer {
  #cancel: () => void = () => {};

  constructor(private readonly start: () => () => void) {
    this.refresh();
  }

  refresh(): this {
    this.#cancel();
    this.#cancel = this.start();
    return this;
  }

  cancel(): void {
    this.#cancel();
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }
}

type Callback = (...parameters: unknown[]) => void;

function setTimer(callback: Callback, delay = 0, ...parameters: unknown[]): VirtualTimer {
  return new VirtualTimer(() => {
    const { scheduler } = current();
    const event = scheduler.after(Math.max(1, Math.trunc(delay)), scheduler.owner, () => callback(...parameters));
    return () => {
      event.isCancelled = true;
    };
  });
}

function setRepeating(callback: Callback, delay = 0, ...parameters: unknown[]): VirtualTimer {
  return new VirtualTimer(() => {
    const { scheduler } = current();
    const { owner } = scheduler;
    let isCancelled = false;
    const next = (): void => {
      scheduler.after(Math.max(1, Math.trunc(delay)), owner, () => {
        if (isCancelled) return;
        next();
        callback(...parameters);
      });
    };
    next();
    return () => {
      isCancelled = true;
    };
  });
}

function setTurn(callback: Callback, ...parameters: unknown[]): VirtualTimer {
  return new VirtualTimer(() => {
    const { scheduler } = current();
    const event = scheduler.after(0, scheduler.owner, () => callback(...parameters));
    return () => {
      event.isCancelled = true;
    };
  });
}

function clear(timer: unknown): void {
  if (timer instanceof VirtualTimer) timer.cancel();
}

interface DelayOptions {
  readonly signal?: AbortSignal;
}

function delayed<T>(
  begin: (callback: Callback) => VirtualTimer,
  value: T,
  signal: AbortSignal | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const timer = begin(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve(value);
    });
    const onAbort = (): void => {
      timer.cancel();
      if (signal) reject(abortError(signal));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function abortError({ reason }: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

function timeoutSignal(delay: number): AbortSignal {
  const controller = new AbortController();
  setTimer(() => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')), delay);
  return controller.signal;
}

const bytes = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => Math.floor(current().random.fraction() * 256)));

function uuid(): string {
  const hex = bytes(16).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

function wholeBelow(one: number, other?: number): number {
  const [least, end] = other === undefined ? [0, one] : [one, other];
  return least + Math.floor(current().random.fraction() * (end - least));
}

/** Puts virtual clocks, timers and random numbers in the place of Node's, in this process for good. */
export function virtualizeNode(): void {
  Object.assign(globalThis, {
    Date: new Proxy(Date, {
      construct: (real, given) => Reflect.construct(real, given.length === 0 ? [timeOfDay()] : given),
      get: (real, name) => (name === 'now' ? timeOfDay : Reflect.get(real, name)),
    }),
    setTimeout: setTimer,
    setInterval: setRepeating,
    setImmediate: setTurn,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  });
  Object.defineProperty(performance, 'now', { value: () => current().scheduler.now });
  Object.assign(AbortSignal, { timeout: timeoutSignal });
  Object.assign(Math, { random: () => current().random.fraction() });
  Object.assign(timers, {
    setTimeout: <T>(delay?: number, value?: T, { signal }: DelayOptions = {}) =>
      delayed((callback) => setTimer(callback, delay), value, signal),
    setImmediate: <T>(value?: T, { signal }: DelayOptions = {}) =>
      delayed((callback) => setTurn(callback), value, signal),
  });
  Object.assign(crypto, { randomBytes: bytes, randomUUID: uuid, randomInt: wholeBelow });
  syncBuiltinESMExports();
}
