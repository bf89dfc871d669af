import type { Provider, Type } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ConfigurationError } from '../errors.js';
import { findSchemaProblems } from './schema-check.js';

/** The TypeORM data source that the module's tables are in. */
export const WHATSAPP_DATA_SOURCE = Symbol('WHATSAPP_DATA_SOURCE');

/** Hands the host's data source to the module, or stops the start with the line that is missing. */
export function dataSourceProvider(name: string | undefined, entities: readonly Type[]): Provider {
  return {
    provide: WHATSAPP_DATA_SOURCE,
    inject: [{ token: getDataSourceToken(name), optional: true }],
    useFactory: async (dataSource?: DataSource): Promise<DataSource> => {
      if (!dataSource) throw new ConfigurationError(missingDataSource(name));
      const unknown = entities.filter((entity) => !dataSource.hasMetadata(entity));
      if (unknown.length > 0) throw new ConfigurationError(missingEntities(name, unknown));
      const problems = await findSchemaProblems(dataSource, entities);
      if (problems.length > 0) throw new ConfigurationError(missingMigrations(problems));
      return dataSource;
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
