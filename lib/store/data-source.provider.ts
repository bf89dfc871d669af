import { randomBytes } from 'node:crypto';
import type { Provider, Type } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ConfigurationError } from '../errors.js';
import { OwnDataSource } from './own-data-source.js';
import { InstallationEntity } from './installation.entity.js';
import { isUniqueViolation } from './driver-errors.js';

/**
 * Which TypeORM data source the module's tables are in, and how many connections it takes.
 *
 * @publicApi
 */
export interface WhatsAppDatabaseOptions {
  /** The default one when left out. */
  readonly name?: string | undefined;
  /**
   * Most connections of the module, which are its own also where the host's data source is shared; as many as that may open
   * when left out. SQLite has one, which is shared.
   */
  readonly poolSize?: number | undefined;
}

/** The module's own connections to its tables; see `OwnDataSource`. */
export const WHATSAPP_DATA_SOURCE = Symbol('WHATSAPP_DATA_SOURCE');

/** Connects to the database of the host's data source, or stops the start with the line that is missing. */
export function dataSourceProvider({ name, poolSize }: WhatsAppDatabaseOptions, entities: readonly Type[]): Provider {
  return {
    provide: WHATSAPP_DATA_SOURCE,
    inject: [{ token: getDataSourceToken(name), optional: true }],
    useFactory: async (dataSource?: DataSource): Promise<OwnDataSource> => {
      if (!dataSource) throw new ConfigurationError(missingDataSource(name));
      const unknown = entities.filter((entity) => !dataSource.hasMetadata(entity));
      if (unknown.length > 0) throw new ConfigurationError(missingEntities(name, unknown));
      const own = await OwnDataSource.open(dataSource, entities, poolSize);
      try {
        const problems = await findSchemaProblems(own, entities);
        if (problems.length > 0) throw new ConfigurationError(missingMigrations(problems));
      } catch (error) {
        await own.destroy();
        throw error;
      }
      return own;
    },
  };
}

function missingDataSource(name: string | undefined): string {
  return name === undefined
    ? 'WhatsAppModule found no TypeORM DataSource. Add TypeOrmModule.forRoot({ …, autoLoadEntities: true }) to the imports ' +
        "of your root module, or name the one to use: WhatsAppModule.forRoot({ dataSource: 'name', … })."
    : `WhatsAppModule found no TypeORM DataSource called "${name}". Add TypeOrmModule.forRoot({ name: '${name}', … }) ` +
        'to the imports of your root module, or correct the dataSource option of WhatsAppModule.';
}

function missingEntities(name: string | undefined, unknown: readonly Type[]): string {
  return (
    `The TypeORM DataSource "${name ?? 'default'}" does not know ${unknown.map((entity) => entity.name).join(', ')}. ` +
    'Add autoLoadEntities: true to its options, or entities: [...yourEntities, ...whatsappEntities].'
  );
}

function missingMigrations(problems: readonly string[]): string {
  return (
    `The database is not up to date for nestjs-whatsapp: ${problems.join('; ')}. ` +
    'Add migrations: [...yourMigrations, ...whatsappMigrations] to the options of your DataSource and run them ' +
    '(migrationsRun: true runs them at start).'
  );
}

/** What the database lacks of the given entities: tables, or columns of a table. */
export async function findSchemaProblems(dataSource: DataSource, entities: readonly Type[]): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const metadatas = entities.map((entity) => dataSource.getMetadata(entity));
    const tables = await runner.getTables(metadatas.map((metadata) => metadata.tablePath));
    return metadatas.flatMap((metadata) => {
      const table = tables.find((candidate) => candidate.name.split('.').at(-1) === metadata.tableName);
      if (!table) return [`table ${metadata.tableName} is missing`];
      return metadata.columns
        .filter((column) => !table.findColumnByName(column.databaseName))
        .map((column) => `column ${metadata.tableName}.${column.databaseName} is missing`);
    });
  } finally {
    await runner.release();
  }
}

/** The random id of this deployment, the same in all its processes; made when the database is first used. */
export const INSTALLATION_ID = Symbol('INSTALLATION_ID');

const ROW = { id: 1 };

export const installationIdProvider: Provider = {
  provide: INSTALLATION_ID,
  inject: [WHATSAPP_DATA_SOURCE],
  useFactory: async (dataSource: DataSource): Promise<string> => {
    const installations = dataSource.getRepository(InstallationEntity);
    const existing = await installations.findOneBy(ROW);
    if (existing) return existing.installationId;
    try {
      await installations.insert({ ...ROW, installationId: randomBytes(6).toString('base64url') });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    const { installationId } = await installations.findOneByOrFail(ROW);
    return installationId;
  },
};
