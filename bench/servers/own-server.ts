import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** How one kind of server is made and reached. */
export interface ServerPlan {
  readonly name: string;
  /** Who runs it where we are root: Postgres refuses to be run by root. */
  readonly account?: string;
  /** What ends it at once, with its children, and leaves nothing in the system. */
  readonly end: NodeJS.Signals;
  /** The command that fills its data directory. */
  prepare?(data: string): readonly string[];
  command(data: string, port: number): readonly string[];
  /** Rejects while it does not answer. */
  ping(port: number): Promise<unknown>;
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

const STARTING_MS = 60_000;

/** A server with a port and data of its own, which whoever started it may end and start again. It ends with this process, however that ends. */
export class OwnServer implements AsyncDisposable {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly plan: ServerPlan,
    readonly port: number,
    private readonly directory: string,
    private readonly account: Account | undefined,
    /** Whether its data are on a file system of their own. */
    readonly hasOwnRoom: boolean,
  ) {}

  /**
   * Starts one; resolves once it answers.
   * @param roomMb has its data on a file system in memory of this size, where we may mount one
   */
  static async start(plan: ServerPlan, roomMb?: number): Promise<OwnServer> {
    const directory = await mkdtemp(join(tmpdir(), `whatsapp-bench-${plan.name}-`));
    const account = await accountOf(plan.account);
    const hasOwnRoom = roomMb !== undefined && (await mountRoom(directory, roomMb));
    if (account) await chown(directory, account.uid, account.gid);
    const server = new OwnServer(plan, await freePort(), directory, account, hasOwnRoom);
    try {
      await server.#prepare();
      await server.up();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Where its data are. */
  get data(): string {
    return join(this.directory, 'data');
  }

  /** Starts it on its port and with its data, if it does not run; resolves once it answers. */
  async up(): Promise<void> {
    if (!this.isRunning) this.#process = this.#spawn(this.plan.command(this.data, this.port));
    const deadline = performance.now() + STARTING_MS;
    for (;;) {
      try {
        await this.plan.ping(this.port);
        return;
      } catch (error) {
        if (!this.isRunning || performance.now() > deadline) {
          throw new Error(`${this.plan.name} did not start.`, { cause: error });
        }
        await delay(50);
      }
    }
  }

  /** Sends it a signal that ends it; resolves once it has ended. */
  async down(signal = this.plan.end): Promise<void> {
    if (!this.#process || !this.isRunning) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill(signal);
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
    if (this.hasOwnRoom) await promisify(execFile)('umount', ['--lazy', this.directory]);
    // Its children may still be writing when it is gone.
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  async #prepare(): Promise<void> {
    const command = this.plan.prepare?.(this.data);
    if (!command) return;
    const [code] = await once(this.#spawn(command), 'exit');
    if (code !== 0) throw new Error(`${command[0]} ended with ${String(code)}.`);
  }

  #spawn(command: readonly string[]): ChildProcess {
    const withUs = ['--pdeathsig', this.plan.end.replace('SIG', ''), ...command];
    return spawn('setpriv', withUs, { ...this.account, cwd: this.directory, stdio: 'ignore' });
  }
}

/** The newest installed program of this name: Debian keeps those of servers off the path. */
export function serverProgram(name: string, ...directories: readonly string[]): string {
  const found = directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
  return found ?? name;
}

async function accountOf(name: string | undefined): Promise<Account | undefined> {
  if (name === undefined || process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const line = lines.find(([account]) => account === name);
  if (!line) throw new Error(`There is no account ${name} to run a server under.`);
  return { uid: Number(line[2]), gid: Number(line[3]) };
}

/** @returns whether it could be mounted: that takes a privilege */
function mountRoom(directory: string, megabytes: number): Promise<boolean> {
  const mounted = promisify(execFile)('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory]);
  return mounted.then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no TCP port on 127.0.0.1.');
  return address.port;
}
