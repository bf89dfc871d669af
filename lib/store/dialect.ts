import { type DataSource, Any, type FindOperator, In, type ObjectLiteral, type Repository } from 'typeorm';
import { ConfigurationError } from '../errors.js';

/** The ways of writing SQL that the module knows; MariaDB's is MySQL's. */
export type Dialect = 'sqlite' | 'postgres' | 'mysql';

/**
 * Which SQL the data source's database understands.
 * @throws ConfigurationError when the module does not support it
 */
export function dialectOf({ options }: DataSource): Dialect {
  switch (options.type) {
    case 'better-sqlite3':
      return 'sqlite';
    case 'postgres':
      return 'postgres';
    case 'mysql':
    case 'mariadb':
      return 'mysql';
    default:
      throw new ConfigurationError(
        `WhatsAppModule does not work on a data source of type "${options.type}". ` +
          "Give it one of type 'postgres', 'mysql', 'mariadb' or 'better-sqlite3'.",
      );
  }
}

/**
 * Equal to one of many values: on Postgres they are one parameter, where hundreds would cost TypeORM and the server
 * more than the rows themselves.
 */
export function inList<Value>(
  { manager }: Pick<Repository<ObjectLiteral>, 'manager'>,
  values: readonly Value[],
): FindOperator<Value> {
  return dialectOf(manager.connection) === 'postgres' ? Any(values) : In(values);
}

/** Ends a `LIKE` with a pattern of `likePart`. */
export const LIKE_ESCAPE = "ESCAPE '!'";

/** The pattern of texts that hold this one. */
export const likePart = (text: string): string => `%${text.replace(/[!%_]/g, '!$&')}%`;
