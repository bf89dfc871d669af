import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { whatsappMigrations } from 'nestjs-whatsapp';

/** The data source for a `DATABASE_URL`: `sqlite:<path>`, `postgres://…` or `mysql://…`, which is MariaDB's too. */
export function databaseOptions(url: string): TypeOrmModuleOptions {
  const common = { autoLoadEntities: true, migrations: whatsappMigrations, migrationsRun: true };
  const [scheme] = url.split(':', 1);
  switch (scheme) {
    case 'sqlite': {
      const database = url.slice('sqlite:'.length);
      if (database !== ':memory:') mkdirSync(dirname(database), { recursive: true });
      return { ...common, type: 'better-sqlite3', database, enableWAL: true };
    }
    case 'postgres':
    case 'postgresql':
      return { ...common, type: 'postgres', url };
    case 'mysql':
    case 'mariadb':
      return { ...common, type: 'mariadb', url: url.replace(/^mariadb:/, 'mysql:'), charset: 'utf8mb4', timezone: 'Z' };
    default:
      throw new Error(`DATABASE_URL must begin with sqlite:, postgres:// or mysql://, not with ${scheme}:.`);
  }
}
