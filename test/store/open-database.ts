import { whatsappEntities, whatsappMigrations } from 'nestjs-whatsapp';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { FreshDatabase } from '../support/databases.js';

/** Connects as a host does that knows the module's entities and migrations, and has options of its own. */
export function openDatabase(fresh: FreshDatabase, options: Partial<DataSourceOptions> = {}): Promise<DataSource> {
  const dataSource = new DataSource(
    // The driver's own options stay whole; the rest are those that all drivers share.
    Object.assign({}, fresh.options, { entities: whatsappEntities, migrations: whatsappMigrations }, options),
  );
  return dataSource.initialize();
}

/** Connects, and makes the module's tables. */
export async function migratedDatabase(
  fresh: FreshDatabase,
  options?: Partial<DataSourceOptions>,
): Promise<DataSource> {
  const dataSource = await openDatabase(fresh, options);
  await dataSource.runMigrations();
  return dataSource;
}
