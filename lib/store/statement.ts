import type { EntityMetadata, QueryResult, FindOptionsWhere, ObjectLiteral, Repository } from 'typeorm';

/** SQL with the database's own placeholders, and a value for each. */
export interface SqlStatement {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
}

/** A statement, a query builder of any kind, or SQL with the database's own placeholders. */
export type StatementSource = string | SqlStatement | { getQueryAndParameters(): [string, unknown[]] };

/** What a body that runs `runInTransaction` asks of the database. */
export type Statement = Required<SqlStatement> &
  ({ readonly kind: 'select'; readonly lock: boolean } | { readonly kind: 'change' });

/** What the database answers: the rows as the driver reads them, or how many were changed. */
export interface StatementResult {
  readonly rows: QueryResult['records'];
  readonly affected: number;
}

/** Statements one after the other, each with the results of those before it at hand. */
export type Statements<Result> = Generator<Statement, Result, StatementResult>;

/** The columns of a row that are numbers. */
type NumberOf<Row> = { [Name in keyof Row]: [Extract<Row[Name], number>] extends [never] ? never : Name }[keyof Row];

interface LockOptions {
  /** Keeps others from changing the rows until the end; SQLite has but one writer and needs no lock. */
  readonly lock?: boolean;
}

interface NumberOptions<Name> {
  /** The columns that are numbers: some drivers hand 64-bit integers, sums and counts over as strings. */
  readonly numbers: readonly Name[];
}

type SelectOptions<Row> = [NumberOf<Row>] extends [never]
  ? [options?: LockOptions]
  : [options: LockOptions & NumberOptions<NumberOf<Row>>];

/**
 * Reads rows as plain objects, by the names they were selected under: dates are epoch milliseconds, booleans 0 or 1 on
 * MySQL and SQLite, JSON is text. A query builder must give each column its name: `.select('message.id', 'id')`.
 * A builder that limits its rows does so by `limit`, not `take`.
 */
export function select<Row extends object>(source: StatementSource, ...options: SelectOptions<Row>): Statements<Row[]>;
export function* select(
  source: StatementSource,
  { lock = false, numbers = [] }: LockOptions & Partial<NumberOptions<string>> = {},
): Statements<object[]> {
  const { rows } = yield { kind: 'select', lock, ...statementOf(source) };
  for (const row of rows) {
    for (const name of numbers) if (row[name] !== null) row[name] = Number(row[name]);
  }
  return rows;
}

/**
 * Inserts, updates or deletes; several statements run one after the other.
 * @returns how many rows were inserted, deleted or matched by the update, even if it changed nothing about them. On
 * MySQL and MariaDB that is so unless the host's connection options switch `FOUND_ROWS` off; an upsert there counts
 * by rules of its own.
 */
export function* change(
  source: StatementSource | readonly SqlStatement[],
  parameters: readonly unknown[] = [],
): Statements<number> {
  const sources = isList(source) ? source : [source];
  let total = 0;
  for (const one of sources) {
    const { affected } = yield { kind: 'change', ...statementOf(one, parameters) };
    total += affected;
  }
  return total;
}

/**
 * Throws into the body that its statement failed. It may answer with an error of its own; going on is useless, for on Postgres
 * a transaction does nothing more after an error, and its commit would quietly undo it.
 */
export function abandon(statements: Statements<unknown>, error: unknown): never {
  statements.throw(error);
  throw error;
}

const isList = (source: StatementSource | readonly SqlStatement[]): source is readonly SqlStatement[] =>
  Array.isArray(source);

function statementOf(source: StatementSource, parameters: readonly unknown[] = []): Required<SqlStatement> {
  if (typeof source === 'string') return { sql: source, parameters };
  if ('sql' in source) return { sql: source.sql, parameters: source.parameters ?? [] };
  const [sql, values] = source.getQueryAndParameters();
  return { sql, parameters: values };
}

/**
 * Reads whole rows as entities, for bodies that run `runInTransaction`: in the order of their primary keys, which is the order
 * in which everybody locks them.
 */
export function* selectEntities<Entity extends ObjectLiteral>(
  repository: Repository<Entity>,
  where: FindOptionsWhere<Entity> | FindOptionsWhere<Entity>[],
  options: { readonly lock?: boolean } = {},
): Statements<Entity[]> {
  // To TypeORM no condition is one that every row meets.
  if (Array.isArray(where) && where.length === 0) return [];
  const { columns } = repository.metadata;
  const rows = yield* select<ObjectLiteral>(entitiesQuery(repository, columns, where), { ...options, numbers: [] });
  return rows.map((row) => entityOf(repository, row));
}

/** Reads entities as `findBy` does, in the order of their primary keys, for what is read at every message. */
export async function readEntities<Entity extends ObjectLiteral>(
  repository: Repository<Entity>,
  where: FindOptionsWhere<Entity>,
): Promise<Entity[]> {
  const columns = repository.metadata.columns.filter(({ isSelect }) => isSelect);
  const { sql, parameters } = entitiesQuery(repository, columns, where);
  const rows: readonly ObjectLiteral[] = await repository.manager.connection.query(sql, [...parameters]);
  return rows.map((row) => entityOf(repository, row));
}

type Column = EntityMetadata['columns'][number];

/** Lists of columns in SQL, by how many there are: TypeORM's builder writes and searches each column of each statement anew. */
const columnLists = new WeakMap<EntityMetadata, Map<number, string>>();

function entitiesQuery<Entity extends ObjectLiteral>(
  repository: Repository<Entity>,
  columns: readonly Column[],
  where: FindOptionsWhere<Entity> | FindOptionsWhere<Entity>[],
): Required<SqlStatement> {
  const { metadata } = repository;
  const query = repository.createQueryBuilder('entity').select(NO_COLUMNS).where(where);
  for (const { propertyName } of metadata.primaryColumns) query.addOrderBy(`entity.${propertyName}`);
  const [sql, parameters] = query.getQueryAndParameters();
  const lists = columnLists.get(metadata) ?? new Map<number, string>();
  columnLists.set(metadata, lists);
  const list = lists.get(columns.length) ?? columnListOf(repository, columns);
  lists.set(columns.length, list);
  return { sql: `SELECT ${list}${sql.slice(`SELECT ${NO_COLUMNS}`.length)}`, parameters };
}

/** What a builder selects in the place of columns. */
const NO_COLUMNS = '1';

function columnListOf({ manager }: Pick<Repository<ObjectLiteral>, 'manager'>, columns: readonly Column[]): string {
  const escape = (name: string) => manager.connection.driver.escape(name);
  return columns
    .map(({ databaseName, propertyName }) => `${escape('entity')}.${escape(databaseName)} AS ${escape(propertyName)}`)
    .join(', ');
}

/** The row's values become the entity's; some are stored as something else than they are. */
function entityOf<Entity extends ObjectLiteral>(
  { metadata, manager: { connection } }: Repository<Entity>,
  row: ObjectLiteral,
): Entity {
  for (const column of convertedColumns(metadata)) {
    if (!(column.propertyName in row)) continue;
    row[column.propertyName] = connection.driver.prepareHydratedValue(row[column.propertyName], column);
  }
  const entity: Entity = metadata.create();
  return Object.assign(entity, row);
}

/** Types that every driver hands over as they are stored. */
const PLAIN: ReadonlySet<unknown> = new Set(['varchar', 'text', 'integer']);

const converted = new WeakMap<EntityMetadata, EntityMetadata['columns']>();

function convertedColumns(metadata: EntityMetadata): EntityMetadata['columns'] {
  const known = converted.get(metadata);
  if (known) return known;
  const columns = metadata.columns.filter(({ type, transformer }) => transformer || !PLAIN.has(type));
  converted.set(metadata, columns);
  return columns;
}
