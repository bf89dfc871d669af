import type { Footprint } from '../library/footprint.js';
import type { OwnPostgres } from '../servers/own-postgres.js';
import type { Deployment } from './deployment.js';

/** What a statement has cost since the server started. */
export interface StatementCost {
  readonly query: string;
  readonly calls: number;
  readonly ms: number;
  /** Pages that were looked at, wherever they were. */
  readonly pages: number;
}

/** What there was at one moment. */
export interface Sample {
  /** Since the start. */
  readonly minute: number;
  /** Of each process. */
  readonly footprints: readonly Footprint[];
  readonly accepted: number;
  readonly statuses: number;
  readonly redisKeys: number;
  readonly redisBytes: number;
  /** Dead rows of the table of messages, as a share of all of its rows. */
  readonly deadMessages: number;
  /** Dead rows of all other tables. */
  readonly otherDeadRows: number;
  readonly statements: ReadonlyMap<string, StatementCost>;
  /** For people who watch. */
  readonly line: string;
}

export async function takeSample(deployment: Deployment, minute: number): Promise<Sample> {
  const { apps, standIn, redis, postgres } = deployment;
  const footprints = await Promise.all(apps.map((app) => app.call('footprint')));
  const accepted = await standIn.call('accepted');
  const { delivered: statuses, pending } = await standIn.call('webhooks');
  const redisKeys = Number(await redis.command('DBSIZE'));
  const redisBytes = Number(/used_memory:(\d+)/.exec(String(await redis.command('INFO', 'memory')))?.[1]);
  const { deadMessages, otherDeadRows } = await deadRows(postgres);
  const statements = await statementCosts(postgres);
  const memory = footprints.map(
    ({ heap, rss, handles }) => `${megabytes(heap)}/${megabytes(rss)} MB ${handles} handles`,
  );
  const line = `${minute.toFixed(1)} min: ${accepted} accepted, ${statuses} statuses (${pending} wait), ${memory.join(', ')}, ${redisKeys} keys \
${megabytes(redisBytes)} MB, dead ${(deadMessages * 100).toFixed(1)} % of messages and ${otherDeadRows} others`;
  return {
    minute,
    footprints,
    accepted,
    statuses,
    redisKeys,
    redisBytes,
    deadMessages,
    otherDeadRows,
    statements,
    line,
  };
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

async function deadRows(postgres: OwnPostgres): Promise<{ deadMessages: number; otherDeadRows: number }> {
  const tables = await postgres.query<{ name: string; live: string; dead: string }>(
    'SELECT relname AS name, n_live_tup AS live, n_dead_tup AS dead FROM pg_stat_user_tables',
  );
  const messages = tables.find(({ name }) => name === 'whatsapp_messages');
  const [live, dead] = [Number(messages?.live), Number(messages?.dead)];
  const others = tables.filter(({ name }) => name !== 'whatsapp_messages');
  return {
    deadMessages: dead / Math.max(1, live + dead),
    otherDeadRows: others.reduce((sum, table) => sum + Number(table.dead), 0),
  };
}

/** Of what the library asks; not of what is asked here. */
async function statementCosts(postgres: OwnPostgres): Promise<Map<string, StatementCost>> {
  const rows = await postgres.query<{ id: string; query: string; calls: string; ms: number; pages: string }>(
    `SELECT queryid AS id, min(query) AS query, sum(calls) AS calls, sum(total_exec_time) AS ms,
       sum(shared_blks_hit + shared_blks_read) AS pages
     FROM pg_stat_statements WHERE query LIKE '%whatsapp%' GROUP BY queryid ORDER BY ms DESC LIMIT 200`,
  );
  return new Map(
    rows.map(({ id, query, calls, ms, pages }) => [id, { query, calls: Number(calls), ms, pages: Number(pages) }]),
  );
}
