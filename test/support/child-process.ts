import { type ChildProcess as NodeChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BulkSend, CreateBulkSendInput, WhatsAppModuleExtras, WhatsAppModuleOptions } from 'nestjs-whatsapp';
import type { GraphApiServer } from 'nestjs-whatsapp/testing';
import type { SendTemplateInput } from '../../lib/messages/template-messages.js';
import { builtLibrary } from './built-library.js';
import type { FreshDatabase } from './databases.js';
import { optionsFor } from './test-app.js';

const SCRIPT = fileURLToPath(new URL('./child-process.cjs', import.meta.url));

/** What went wrong in the other process. */
export interface ChildError {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly messageId?: number;
}

/** What became of a command in the other process: exactly one of the two. */
export interface ChildAnswer<Result> {
  readonly result?: Result;
  readonly error?: ChildError;
}

/** What became of a send in the other process: exactly one of the two. */
export interface ChildOutcome {
  readonly sent?: { readonly id: number; readonly wamid: string };
  readonly error?: ChildError;
}

/** With what a process is started, next to its database and Meta. */
export interface ChildProcessOptions {
  /** What JSON can carry of the module's options. */
  readonly options?: WhatsAppModuleOptions & WhatsAppModuleExtras;
  /** The host's Redis, for a queue of Bull's. */
  readonly redisUrl?: string | undefined;
  /** A file that gets a line with the id of every event of a message, inbound or outbound. */
  readonly eventsFile?: string;
}

/** A bulk send to make in another process. */
export interface ChildBulkSend extends Omit<CreateBulkSendInput, 'recipients'> {
  readonly recipients: readonly { readonly phone: string; readonly variables: Record<string, string> }[];
  /** Has the recipients come slowly: a pause before every so many. */
  readonly pause?: { readonly every: number; readonly ms: number };
}

/** A process of a deployment, with the library as built: what a test can kill, or race against another. */
export class ChildProcess implements AsyncDisposable {
  readonly #process: NodeChildProcess;
  readonly #waiting = new Map<number, (answer: ChildAnswer<never>) => void>();
  /** Resolves to how it ended. */
  readonly ended: Promise<NodeJS.Signals | number | null>;
  #calls = 0;

  private constructor(process: NodeChildProcess) {
    this.#process = process;
    this.ended = new Promise((resolve) => process.once('exit', (code, signal) => resolve(signal ?? code)));
    process.on('message', (message: { call?: number } & ChildAnswer<never>) => {
      const { call, ...answer } = message;
      if (call === undefined) return;
      this.#waiting.get(call)?.(answer);
      this.#waiting.delete(call);
    });
  }

  /** Starts a process on a database; it makes the tables when there are none. */
  static async start(
    database: Pick<FreshDatabase, 'url'>,
    meta: GraphApiServer,
    { options, redisUrl, eventsFile }: ChildProcessOptions = {},
  ): Promise<ChildProcess> {
    const process = fork(SCRIPT, {
      // The worker's own flags are for TypeScript.
      execArgv: [],
      env: {
        ...globalThis.process.env,
        LIBRARY: await builtLibrary(),
        DATABASE_URL: database.url,
        ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
        ...(eventsFile !== undefined && { EVENTS_FILE: eventsFile }),
        WHATSAPP_OPTIONS: JSON.stringify({ ...optionsFor(meta), graph: { baseUrl: meta.url }, ...options }),
      },
    });
    const ended = once(process, 'exit').then(([code]) => {
      throw new Error(`The process ended with ${String(code)} before it was ready; see its output above.`);
    });
    await Promise.race([once(process, 'message'), ended]);
    ended.catch(() => {}); // from now on it may end
    return new ChildProcess(process);
  }

  /** Whether it has not ended, by whatever. */
  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Sends there; resolves whatever comes of it, but never if the process is killed first. */
  async sendTemplate(input: SendTemplateInput): Promise<ChildOutcome> {
    const { result, error } = await this.#call<NonNullable<ChildOutcome['sent']>>('sendTemplate', input);
    return error ? { error } : { ...(result && { sent: result }) };
  }

  /** Makes a bulk send there; never resolves if the process is killed first. */
  createBulkSend(input: ChildBulkSend): Promise<ChildAnswer<{ readonly id: string }>> {
    return this.#call('createBulkSend', input);
  }

  /** A bulk send as it is reported there: its dates are texts. */
  getBulkSend(id: string): Promise<ChildAnswer<Pick<BulkSend, 'id' | 'status' | 'counts' | 'waiting'>>> {
    return this.#call('getBulkSend', { id });
  }

  /** Hands it a webhook, as its HTTP server would. @returns whether it took it; not when it is killed before it answers */
  async receiveWebhook(body: string, signature: string): Promise<boolean> {
    const answer = this.#call<object>('receiveWebhook', { body, signature }).then(({ error }) => error === undefined);
    return Promise.race([answer, this.ended.then(() => false)]);
  }

  /** Kills it where it stands: nothing in it gets to clean up. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to end, as an operator does. @throws when it ended in another way */
  async terminate(): Promise<void> {
    this.#process.kill('SIGTERM');
    const how = await this.ended;
    // Once the app is closed, Nest has the signal take its usual effect.
    if (how !== 'SIGTERM') throw new Error(`The process ended with ${String(how)}; see its output above.`);
  }

  /** Lets it stand still where it is, until it is asked to go on. */
  freeze(): void {
    this.#process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process.kill('SIGCONT');
  }

  /** Lets it close its app, unless it was killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#process.connected) return;
    this.#process.disconnect();
    await this.ended;
  }

  #call<Result>(command: string, input: object): Promise<ChildAnswer<Result>> {
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve) => {
      this.#waiting.set(call, resolve);
      // Whoever was killed meanwhile does not answer.
      this.#process.send({ call, command, input }, () => {});
    });
  }
}
