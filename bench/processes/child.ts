import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import type { Api, Reply } from './serve.js';

interface Waiter {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const CLOSING_MS = 15_000;

/** A process that was forked, and the calls it answers; see `serve`. */
export class Child<T extends Api> implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #waiters = new Map<number, Waiter>();
  #calls = 0;

  private constructor(script: string, environment: Readonly<Record<string, string>>) {
    this.#process = fork(script, { serialization: 'advanced', env: { ...process.env, ...environment } });
    this.#process.on('message', (reply: Reply) => this.#settle(reply));
    this.#process.once('exit', (code, signal) => {
      const error = new Error(`${basename(script)} ended with ${code ?? signal} before it answered.`);
      for (const waiter of this.#waiters.values()) waiter.reject(error);
    });
  }

  /** Starts a script that calls `serve`; resolves once it is ready. */
  static async start<T extends Api>(
    script: string,
    options: object,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Child<T>> {
    const child = new Child<T>(script, environment);
    try {
      await child.#ask('start', [options]);
    } catch (error) {
      await child[Symbol.asyncDispose]();
      throw error;
    }
    return child;
  }

  /** Whether it has not ended, by whatever. */
  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Resolves once it has ended, by whatever. */
  async ended(): Promise<void> {
    if (this.isRunning) await once(this.#process, 'exit');
  }

  /** Has the process do something. */
  call<M extends keyof T & string>(method: M, ...given: Parameters<T[M]>): Promise<Awaited<ReturnType<T[M]>>> {
    return this.#ask(method, given);
  }

  /** Milliseconds of processor time that the process has had so far. */
  processorTime(): Promise<number> {
    return this.#ask('processorTime', []);
  }

  /** Lets it close what it has open. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#process.connected) return;
    const exited = once(this.#process, 'exit');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), CLOSING_MS);
    this.#process.disconnect();
    await exited;
    clearTimeout(timer);
  }

  #ask<R>(method: string, given: readonly unknown[]): Promise<R> {
    this.#calls += 1;
    const call = this.#calls;
    return new Promise<R>((resolve, reject) => {
      this.#waiters.set(call, { resolve, reject });
      this.#process.send({ call, method, given }, (error) => {
        if (error) reject(error);
      });
    });
  }

  #settle({ call, result, error }: Reply): void {
    const waiter = this.#waiters.get(call);
    this.#waiters.delete(call);
    if (error === undefined) waiter?.resolve(result);
    else waiter?.reject(new Error(error));
  }
}
