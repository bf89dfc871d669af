import { Any, type FindOperator, In, type ObjectLiteral, type Repository } from 'typeorm';
import { dialectOf } from './dialect.js';

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
