import { whatsappMigrations } from 'nestjs-whatsapp';
import { DataSource, type DataSourceOptions } from 'typeorm';

/** Makes the module's tables in an empty database. */
export async function makeTables(options: DataSourceOptions): Promise<void> {
  const dataSource = new DataSource({ ...options, migrations: whatsappMigrations });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
