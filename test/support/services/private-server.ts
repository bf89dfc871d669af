import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdtemp, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import type { ServerAccount } from './server-account.js';

export interface PrivateServerPlan {
  readonly name: string;
  /** Who runs it; undefined for ourselves. */
  readonly account: ServerAccount | undefined;
  /** How it is stopped. Its data is thrown away, so the quickest signal that leaves nothing in the system is right. */
  readonly signal: NodeJS.Signals;
  /** The program that fills its data directory, if it needs one. */
  prepare?(data: string): readonly string[];
  server(directory: string, port: number): readonly string[];
  url(port: number): string;
  ping(url: string): Promise<void>;
}

export interface PrivateServer {
  readonly url: string;
  stop(): Promise<void>;
}

const supervisor = fileURLToPath(new URL('./supervise.mjs', import.meta.url));
const KEPT = fileURLToPath(new URL('../../../node_modules/.cache/nestjs-whatsapp-test-servers', import.meta.url));
const attempts = 3;

/** Starts a server that this run alone uses and that ends with it; resolves once it answers. */
export async function startPrivateServer(plan: PrivateServerPlan): Promise<PrivateServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(plan);
    } catch (error) {
      // Another process may have taken the port between our look and the server's bind.
      if (attempt === attempts) throw error;
    }
  }
}

async function startOnce(plan: PrivateServerPlan): Promise<PrivateServer> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), `whatsapp-${plan.name}-`));
  if (plan.account) await chown(directory, plan.account.uid, plan.account.gid);
  const { account, signal } = plan;
  const server = plan.server(directory, port);
  const supervised = JSON.stringify({ directory, signal, account, data: await dataOf(plan, directory), server });
  // Detached: Ctrl-C is for the test run, whose end then closes the pipe.
  const child = spawn(process.execPath, [supervisor, supervised], { detached: true, stdio: 'pipe' });
  const output = collectOutput(child);
  const exited = once(child, 'exit');
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  const url = plan.url(port);
  try {
    await untilAnswers(plan, url, child);
  } catch (error) {
    await stop();
    throw new Error(`${plan.name} did not start: ${output() || String(error)}`, { cause: error });
  }
  return { url, stop };
}

/** How the data directory is made, and where it is kept for the next run: as long as nothing changes that makes it. */
async function dataOf(plan: PrivateServerPlan, directory: string) {
  const path = dataIn(directory);
  const make = plan.prepare?.(path);
  const [program] = make ?? [];
  if (program === undefined) return undefined;
  const { mtimeMs } = await stat(await realpath(program));
  const made = JSON.stringify([plan.prepare?.(''), mtimeMs, plan.account]);
  const key = createHash('sha256').update(made).digest('hex').slice(0, 16);
  return { path, make, kept: join(KEPT, `${plan.name}-${key}`) };
}

/** Returns the data directory of a server with its files in `directory`. */
export const dataIn = (directory: string): string => join(directory, 'data');

async function untilAnswers(plan: PrivateServerPlan, url: string, child: ChildProcess): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    try {
      return await plan.ping(url);
    } catch (error) {
      if (deadline.aborted) throw error;
      await delay(20);
    }
  }
}

/** Keeps the end of what the server prints, for the day it does not start. */
function collectOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text = (text + chunk).slice(-2_000)));
  }
  return () => text.trim();
}
