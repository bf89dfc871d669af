import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram, versionedDirectories } from './find-program.js';
import { initialize, postgres } from './postgres.js';
import { dataIn, type PrivateServer, type PrivateServerPlan, startPrivateServer } from './private-server.js';
import { redis } from './redis.js';
import { serverAccount } from './server-account.js';

/** A server of a test's own, on one port and with its data, that can go away and come back. */
export interface RestartableServer extends PrivateServer {
  /** Ends it by a signal. It comes back by itself after a second or two; resolves when it answers again. */
  restart(signal: NodeJS.Signals): Promise<void>;
  /** Ends it by a signal, and keeps it away until `body` is done; resolves when it answers again. */
  whileAway<Result>(signal: NodeJS.Signals, body: () => Promise<Result>): Promise<Result>;
}

/** Whether the programs are on this machine; a server that is only reachable cannot be restarted. */
export const canRestart = { postgres: await postgres.isInstalled(), redis: await redis.isInstalled() };

interface RestartableServerPlan extends Omit<PrivateServerPlan, 'signal'> {
  /** How the server ends when its test does: `KILL` … */
  readonly end: string;
}

const AWAY_SECONDS = 2;

/** Starts a server again and again, and leaves its process id in a file, until it is asked to end. */
const KEEPER = `
  end=$1; file=$2; shift 2
  trap 'ended=1; kill -$end $server' TERM
  while [ -z "$ended" ]; do
    "$@" & server=$!
    echo $server > "$file"
    wait $server
    [ -n "$ended" ] || sleep ${AWAY_SECONDS}
    while [ -e "$file.away" ] && [ -z "$ended" ]; do sleep 0.1; done
  done
  wait`;

async function startRestartable(plan: RestartableServerPlan): Promise<RestartableServer> {
  let file = '';
  const server = await startPrivateServer({
    ...plan,
    signal: 'SIGTERM',
    server: (directory, port) => {
      file = join(directory, 'server.pid');
      return ['/bin/sh', '-c', KEEPER, 'keeper', plan.end, file, ...plan.server(directory, port)];
    },
  });
  const restart = async (signal: NodeJS.Signals): Promise<void> => {
    const before = await readFile(file, 'utf8');
    process.kill(Number(before), signal);
    for (;;) {
      const isNew = (await readFile(file, 'utf8')) !== before;
      if (isNew && (await answers(plan, server.url))) return;
      await delay(20);
    }
  };
  return {
    ...server,
    restart,
    async whileAway(signal, body) {
      await writeFile(`${file}.away`, '');
      const back = restart(signal);
      try {
        return await body();
      } finally {
        await rm(`${file}.away`);
        await back;
      }
    },
  };
}

const answers = ({ ping }: RestartableServerPlan, url: string): Promise<boolean> =>
  ping(url).then(
    () => true,
    () => false,
  );

/** A Redis that forgets everything when it ends. */
export async function restartableRedis(): Promise<RestartableServer> {
  const program = await findProgram('redis-server');
  if (!program) throw new Error('redis-server was not found.');
  return startRestartable({
    name: 'redis',
    account: undefined,
    end: 'KILL',
    server: (directory, port) => [
      program,
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--save',
      '',
      '--appendonly',
      'no',
    ],
    url: (port) => `redis://127.0.0.1:${port}`,
    ping: (url) => redis.ping(url),
  });
}

/** A PostgreSQL that keeps what it committed, whatever ends it. */
export async function restartablePostgres(): Promise<RestartableServer> {
  const directories = await versionedDirectories('/usr/lib/postgresql');
  const [initdb, program] = await Promise.all([
    findProgram('initdb', directories),
    findProgram('postgres', directories),
  ]);
  if (!initdb || !program) throw new Error('initdb and postgres were not found.');
  return startRestartable({
    name: 'postgres',
    account: await serverAccount('postgres'),
    // Immediate shutdown; a kill would leave its shared memory behind.
    end: 'QUIT',
    prepare: (data) => initialize(initdb, data),
    server: (directory, port) => [
      program,
      '-D',
      dataIn(directory),
      '-p',
      String(port),
      ...['fsync=off', 'listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((one) => ['-c', one]),
    ],
    url: (port) => `postgres://whatsapp@127.0.0.1:${port}/postgres`,
    ping: (url) => postgres.ping(url),
  });
}
