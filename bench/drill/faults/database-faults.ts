import { execFile } from 'node:child_process';
import { appendFile, rm, statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Scene } from '../scene.js';
import { type FaultKind, over } from './fault.js';

/** What happens to the database. */
export const databaseFaults: readonly FaultKind[] = [
  {
    name: 'database restarted in order',
    track: 'servers',
    weight: 2,
    async strike({ database }, random) {
      await database.server.down(database.kind === 'postgres' ? 'SIGINT' : 'SIGTERM');
      await delay(random.between(0, 2_000));
      await database.server.up();
      return over();
    },
  },
  {
    name: 'database crashed and restarted',
    track: 'servers',
    weight: 2,
    async strike({ database }, random) {
      await database.server.down();
      await delay(random.between(0, 2_000));
      await database.server.up();
      return over();
    },
  },
  {
    name: 'database: one connection killed',
    track: 'servers',
    weight: 3,
    async strike(scene, random) {
      await killConnections(scene, (ids) => random.some(1, ids));
      return over();
    },
  },
  {
    name: 'database: every connection killed',
    track: 'servers',
    weight: 2,
    async strike(scene) {
      await killConnections(scene, (ids) => ids);
      return over();
    },
  },
  {
    name: 'pools exhausted: every statement waits for a lock, up to 4 s',
    track: 'servers',
    weight: 2,
    isFor: ({ sender }) => sender === 'library',
    async strike({ database }, random) {
      const seconds = random.between(10, 40) / 10;
      await (database.kind === 'postgres'
        ? database.query(
            `BEGIN; LOCK TABLE whatsapp_messages IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${seconds}); COMMIT`,
          )
        : database.together('LOCK TABLES whatsapp_messages WRITE', `SELECT SLEEP(${seconds})`, 'UNLOCK TABLES'));
      return over();
    },
  },
  {
    name: 'database read-only, up to 4 s',
    track: 'servers',
    weight: 2,
    async strike({ database }, random) {
      const isSet = await setReadOnly(database, true).then(
        () => true,
        () => false,
      );
      if (!isSet) return over();
      await delay(random.between(1_000, 4_000));
      await setReadOnly(database, false);
      return over();
    },
  },
  {
    name: 'disk of the database full, up to 4 s',
    track: 'servers',
    weight: 2,
    isFor: ({ canFillDisks }) => canFillDisks,
    async strike({ database: { server } }, random) {
      const ballast = `${server.data}/../ballast`;
      await fill(server.data, ballast);
      await delay(random.between(1_000, 4_000));
      await rm(ballast);
      await revive(server);
      return over();
    },
  },
];

/** Takes what room is left on a file system. */
async function fill(directory: string, ballast: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  // The server goes on writing.
  await promisify(execFile)('fallocate', ['--length', String(Math.max(1, bavail * bsize - SPARE)), ballast]);
  const zeros = Buffer.alloc(65_536);
  for (;;) {
    try {
      await appendFile(ballast, zeros);
    } catch {
      return;
    }
  }
}

const SPARE = 8 * 1_024 * 1_024;

async function killConnections({ database }: Scene, choose: (ids: number[]) => number[]): Promise<void> {
  const isPostgres = database.kind === 'postgres';
  const rows = await database.query<{ id: number }>(
    isPostgres
      ? `SELECT pid AS id FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY 1`
      : `SELECT id FROM information_schema.processlist WHERE user = 'bench' ORDER BY 1`,
  );
  for (const id of choose(rows.map((row) => row.id))) {
    // It may have ended by itself.
    await database.query(isPostgres ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`).catch(() => {});
  }
}

async function setReadOnly(database: Scene['database'], isReadOnly: boolean): Promise<void> {
  if (database.kind === 'mariadb') {
    // It waits for every transaction, and lets none begin meanwhile: one of a process that is frozen would hold up all.
    await database.together('SET lock_wait_timeout = 4', `SET GLOBAL read_only = ${isReadOnly ? 'ON' : 'OFF'}`);
    return;
  }
  await database.query(`ALTER SYSTEM SET default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
  await database.query('SELECT pg_reload_conf()');
}

/** A database that could not write its log has ended itself, or is about to: whatever supervises it starts it again. */
async function revive(server: Scene['database']['server']): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await server.up();
      return;
    } catch (error) {
      if (tries === 5) throw error;
      await delay(500);
    }
  }
}
