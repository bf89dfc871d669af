import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { dataSourceProvider, WHATSAPP_DATA_SOURCE } from './data-source.provider.js';
import { INSTALLATION_ID, installationIdProvider } from './installation-id.provider.js';
import { repositoryProviders, repositoryToken } from './repositories.js';

/** The host's data source with the module's repositories, for the module and for what it imports. */
@Module({})
export class WhatsAppDatabaseModule {
  static forDataSource(name: string | undefined, entities: readonly Type[]): DynamicModule {
    return {
      module: WhatsAppDatabaseModule,
      providers: [dataSourceProvider(name, entities), ...repositoryProviders(entities), installationIdProvider],
      exports: [WHATSAPP_DATA_SOURCE, INSTALLATION_ID, ...entities.map(repositoryToken)],
    };
  }
}
