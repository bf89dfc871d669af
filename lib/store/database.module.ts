import { type DynamicModule, Module, type Type } from '@nestjs/common';
import {
  type WhatsAppDatabaseOptions,
  dataSourceProvider,
  WHATSAPP_DATA_SOURCE,
  INSTALLATION_ID,
  installationIdProvider,
} from './data-source.provider.js';
import { repositoryProviders, repositoryToken } from './repositories.js';

/** The module's connections and repositories, for the module and for what it imports. */
@Module({})
export class WhatsAppDatabaseModule {
  static forDataSource(options: WhatsAppDatabaseOptions, entities: readonly Type[]): DynamicModule {
    return {
      module: WhatsAppDatabaseModule,
      providers: [dataSourceProvider(options, entities), ...repositoryProviders(entities), installationIdProvider],
      exports: [WHATSAPP_DATA_SOURCE, INSTALLATION_ID, ...entities.map(repositoryToken)],
    };
  }
}
