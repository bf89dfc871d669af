import type { FindOptionsWhere, ObjectLiteral, Repository } from 'typeorm';
import { select, type Statements } from './statement.js';

/**
 * Reads whole rows as entities, for bodies that run `runInTransaction`: in the order of their primary keys, which is the order
 * in which everybody locks them.
 */
export function* selectEntities<Entity extends ObjectLiteral>(
  repository: Repository<Entity>,
  where: FindOptionsWhere<Entity> | FindOptionsWhere<Entity>[],
  options: { readonly lock?: boolean } = {},
): Statements<Entity[]> {
  const { metadata } = repository;
  const query = repository.createQueryBuilder('entity').where(where);
  for (const [index, { propertyName }] of metadata.columns.entries()) {
    if (index === 0) query.select(`entity.${propertyName}`, propertyName);
    else query.addSelect(`entity.${propertyName}`, propertyName);
  }
  for (const { propertyName } of metadata.primaryColumns) query.addOrderBy(`entity.${propertyName}`);
  const rows = yield* select<ObjectLiteral>(query, { ...options, numbers: [] });
  return rows.map((row) => entityOf(repository, row));
}

function entityOf<Entity extends ObjectLiteral>(repository: Repository<Entity>, row: ObjectLiteral): Entity {
  const entity = repository.create();
  const { driver } = repository.manager.connection;
  for (const column of repository.metadata.columns) {
    const value: unknown = driver.prepareHydratedValue(row[column.propertyName], column);
    column.setEntityValue(entity, value);
  }
  return entity;
}
