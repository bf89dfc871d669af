import { MysqlQueryRunner } from 'typeorm/driver/mysql/MysqlQueryRunner.js';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import type { DataSource, QueryRunner } from 'typeorm';

/** What grows with the number of messages or of people; all other tables have as many rows as a business has numbers, keys or templates. */
const LARGE = new Set([
  'whatsapp_messages',
  'whatsapp_bulk_sends',
  'whatsapp_bulk_chunks',
  'whatsapp_contacts',
  'whatsapp_contact_identities',
  'whatsapp_contact_consents',
  'whatsapp_conversations',
  'whatsapp_media',
  'whatsapp_budget_entries',
  'whatsapp_webhook_items',
  'whatsapp_callback_deliveries',
]);

/** What tests ask begins with this. */
export const OF_TESTS = '/* test */';

export interface Statement {
  readonly sql: string;
  readonly parameters: unknown[];
}

/** Every statement that TypeORM's runners run, one of each kind: lists of values may be of any length. */
export class RecordedStatements implements Disposable {
  readonly #statements = new Map<string, Statement>();
  readonly #restore: () => void;

  constructor(kind: 'postgres' | 'mariadb') {
    const { prototype }: { prototype: QueryRunner } = kind === 'postgres' ? PostgresQueryRunner : MysqlQueryRunner;
    // oxlint-disable-next-line typescript/unbound-method -- put back as it was
    const { query } = prototype;
    const note = (sql: string, parameters: unknown) => this.#note(sql, Array.isArray(parameters) ? parameters : []);
    prototype.query = function recorded(this: QueryRunner, sql: string, ...rest: unknown[]) {
      note(sql, rest[0]);
      return Reflect.apply(query, this, [sql, ...rest]);
    };
    this.#restore = () => void (prototype.query = query);
  }

  /** Those that read or change rows of a large table. */
  get all(): readonly Statement[] {
    return [...this.#statements.values()];
  }

  #note(sql: string, parameters: unknown[]): void {
    if (!/^\s*(?:SELECT|UPDATE|DELETE|WITH|INSERT.*\bSELECT\b)/is.test(sql)) return;
    if (sql.startsWith(OF_TESTS) || sql.includes('pg_class') || ![...LARGE].some((table) => sql.includes(table)))
      return;
    const kind = sql
      .replaceAll(/\$\d+|\?|-?\b\d+\b|'[^']*'/g, '?')
      .replaceAll(/\(\s*\?(?:\s*,\s*\?)*\s*\)/g, '(?)')
      .replaceAll(/\(\?\)(?:, ?\(\?\))+/g, '(?)');
    if (!this.#statements.has(kind)) this.#statements.set(kind, { sql, parameters });
  }

  [Symbol.dispose](): void {
    this.#restore();
  }
}

/** How large tables are read without an index, by statement; none when all is read by one. */
export async function scansOf(dataSource: DataSource, statements: readonly Statement[]): Promise<string[]> {
  const isPostgres = dataSource.options.type === 'postgres';
  const runner = dataSource.createQueryRunner();
  try {
    await (isPostgres ? avoidScans(runner) : pretendMillions(runner));
    const partial = isPostgres ? await partialIndexes(runner) : new Set<unknown>();
    const scans: string[] = [];
    for (const { sql, parameters } of statements) {
      const rows: Node[] = await runner.query(`EXPLAIN ${isPostgres ? '(FORMAT JSON) ' : ''}${sql}`, parameters);
      const found = isPostgres ? scansIn(rows[0]?.['QUERY PLAN'], partial) : tablesIn(rows, sql);
      for (const scan of found) scans.push(`${scan}: ${sql}`);
    }
    return scans;
  } finally {
    // The session, with what was set in it, ends with the data source.
    await runner.release();
  }
}

/** Keeps Postgres from counting rows while a test makes them: where it knows that they are few, it reads all of an index. */
export async function leaveUncounted(dataSource: DataSource): Promise<void> {
  if (dataSource.options.type !== 'postgres') return;
  for (const table of LARGE) await dataSource.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
}

/** A small table is read whole where that is allowed: what counts is that it need not be. */
async function avoidScans(runner: QueryRunner): Promise<void> {
  for (const way of ['seqscan', 'mergejoin', 'hashjoin']) await runner.query(`SET enable_${way} = off`);
}

/** Indexes of those rows alone that a job looks for: few at a time. */
async function partialIndexes(runner: QueryRunner): Promise<ReadonlySet<unknown>> {
  const rows: Node[] = await runner.query(`SELECT indexname AS name FROM pg_indexes WHERE indexdef LIKE '% WHERE %'`);
  return new Set(rows.map(({ name }) => name));
}

/** MariaDB has no such setting, but believes what its statistics say of the size of tables. */
async function pretendMillions(runner: QueryRunner): Promise<void> {
  const values = [...LARGE].map((table) => `(database(), '${table}', 5000000)`);
  await runner.query(`REPLACE INTO mysql.table_stats (db_name, table_name, cardinality) VALUES ${values.join(', ')}`);
  await runner.query(`FLUSH TABLES ${[...LARGE].join(', ')}`);
  await runner.query(`SET use_stat_tables = 'preferably'`);
}

type Node = Readonly<Record<string, unknown>>;

/**
 * Of a plan of Postgres: each scan of a large table that no condition on an index begins.
 * @param isLimited whether it is read in order and a limit ends it soon
 */
function* scansIn(plan: unknown, partial: ReadonlySet<unknown>, isLimited = false): Generator<string> {
  for (const node of Array.isArray(plan) ? plan : [plan]) {
    if (!isNode(node)) continue;
    const { 'Node Type': kind, 'Relation Name': table, 'Index Name': index } = node;
    const isByCondition = node['Index Cond'] !== undefined || partial.has(index);
    if (kind === 'Seq Scan' && LARGE.has(String(table))) yield `Seq Scan of ${String(table)}`;
    if (/^(?:Bitmap )?Index/.test(String(kind)) && !isByCondition && !isLimited) yield `All of ${String(index)}`;
    const isInOrder = kind === 'Limit' || (isLimited && !/Sort|Aggregate|Hash/.test(String(kind)));
    yield* scansIn(node['Plan'] ?? [], partial);
    yield* scansIn(node['Plans'] ?? [], partial, isInOrder);
  }
}

/** Of a plan of MariaDB: each large table that is read whole. */
function* tablesIn(rows: readonly Node[], sql: string): Generator<string> {
  for (const { table: alias, type, key, rows: count } of rows) {
    const name = String(alias);
    const isWhole = type === 'ALL' || (type === 'index' && Number(count) > 10_000);
    const [, table = name] = new RegExp(`(whatsapp_\\w+)\`?(?: AS)? \`?${name}\\b`).exec(sql) ?? [];
    if (isWhole && LARGE.has(table)) yield `${type} of ${table} by ${String(key)}`;
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
