import { Any, type DataSource, type FindOperator, In } from 'typeorm';
import { dialectOf } from './dialect.js';

/**
 * Equal to one of many values: on Postgres they are one parameter, where hundreds would cost TypeORM and the server
 * more than the rows themselves.
 */
export function inList<Value>(dataSource: DataSource, values: readonly Value[]): FindOperator<Value> {
  return dialectOf(dataSource) === 'postgres' ? Any(values) : In(values);
}
