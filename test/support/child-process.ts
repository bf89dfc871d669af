import { type ChildProcess as NodeChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { GraphApiServer } from 'nestjs-whatsapp/testing';
import type { SendTemplateInput } from '../../lib/messages/send-template.input.js';
import { builtLibrary } from './built-library.js';
import type { FreshDatabase } from './databases.js';
import { optionsFor } from './test-app.js';

const SCRIPT = fileURLToPath(new URL('./child-process.cjs', import.meta.url));

/** What became of a send in the other process: exactly one of the two. */
export interface ChildOutcome {
  readonly sent?: { readonly id: number; readonly wamid: string };
  readonly error?: { readonly name: string; readonly code?: string; readonly message: string; messageId?: number };
}

/** A process of a deployment, with the library as built: what a test can kill, or race against another. */
export class ChildProcess implements AsyncDisposable {
  readonly #process: NodeChildProcess;
  readonly #waiting = new Map<number, (outcome: ChildOutcome) => void>();
  #calls = 0;

  private constructor(process: NodeChildProcess) {
    this.#process = process;
    process.on('message', (message: { call?: number } & ChildOutcome) => {
      const { call, ...outcome } = message;
      if (call === undefined) return;
      this.#waiting.get(call)?.(outcome);
      this.#waiting.delete(call);
    });
  }

  /** Starts a process on a database; it makes the tables when there are none. */
  static async start(database: FreshDatabase, meta: GraphApiServer): Promise<ChildProcess> {
    const process = fork(SCRIPT, {
      // The worker's own flags are for TypeScript.
      execArgv: [],
      env: {
        ...globalThis.process.env,
        LIBRARY: await builtLibrary(),
        DATABASE_URL: database.url,
        WHATSAPP_OPTIONS: JSON.stringify({ ...optionsFor(meta), graph: { baseUrl: meta.url } }),
      },
    });
    const ended = once(process, 'exit').then(([code]) => {
      throw new Error(`The process ended with ${String(code)} before it was ready; see its output above.`);
    });
    await Promise.race([once(process, 'message'), ended]);
    ended.catch(() => {}); // from now on it may end
    return new ChildProcess(process);
  }

  /** Sends there; resolves whatever comes of it, but never if the process is killed first. */
  sendTemplate(input: SendTemplateInput): Promise<ChildOutcome> {
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve) => {
      this.#waiting.set(call, resolve);
      this.#process.send({ call, input });
    });
  }

  /** Kills it where it stands: nothing in it gets to clean up. */
  async kill(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  /** Lets it close its app, unless it was killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#process.connected) return;
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }
}
