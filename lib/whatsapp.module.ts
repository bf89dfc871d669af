import { type DynamicModule, type LoggerService, Module } from '@nestjs/common';
import { DiscoveryModule, HttpAdapterHost } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysService } from './auth/api-keys.service.js';
import { queueSetup } from './queue/queue.providers.js';
import { bullOptionsOf } from './queue/queue.js';
import { WhatsAppDatabaseModule } from './store/database.module.js';
import { MountedSurfaces } from './http/surface/mounted-surfaces.js';
import { mountSurfaces } from './http/surfaces.js';
import { WHATSAPP_LOGGER } from './logger.js';
import { eventQueueSetup } from './webhooks/events/events.providers.js';
import { whatsappEntities } from './whatsapp.entities.js';
import { ImportsCheck, MODULE_IDENTITY } from './whatsapp.imports-check.js';
import { ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, OPTIONS_TYPE } from './whatsapp.module-definition.js';
import { assertExtras, type WhatsAppModuleExtras } from './whatsapp.options.js';
import { publicServices, whatsappProviders } from './whatsapp.providers.js';
import { START_PARTS, StartReport } from './whatsapp.start-report.js';

/**
 * WhatsApp for a Nest app: services to inject and, where mounted, HTTP surfaces.
 *
 * The host brings a TypeORM data source. `isGlobal`, `surfaces`, `queue`, `events` and `dataSource` go next to `useFactory` in
 * `forRootAsync`, for they are needed before the factory runs.
 *
 * @throws ConfigurationError at start when an option is wrong, with what to write instead
 */
@Module({})
export class WhatsAppModule extends ConfigurableModuleClass {
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    const { imports = [] } = options;
    return assemble({ ...super.forRoot(options), imports }, options);
  }

  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return assemble(super.forRootAsync(options), options);
  }
}

function assemble(definition: DynamicModule, extras: WhatsAppModuleExtras): DynamicModule {
  assertExtras(extras);
  const { isGlobal = false, surfaces = {}, dataSource, queue = 'in-process', events = {} } = extras;
  const connection = typeof dataSource === 'object' ? dataSource : { name: dataSource };
  // For its side effect alone: this is how `autoLoadEntities` learns of entities. The repositories are the module's own.
  TypeOrmModule.forFeature(whatsappEntities, connection.name);
  const database = WhatsAppDatabaseModule.forDataSource(connection, whatsappEntities);
  const bulkQueue = queueSetup(queue, database);
  const eventQueue = eventQueueSetup(events, queue, database);
  const mounted = mountSurfaces(surfaces);
  return {
    ...definition,
    global: isGlobal,
    imports: [...(definition.imports ?? []), database, DiscoveryModule, ...bulkQueue.imports, ...eventQueue.imports],
    controllers: mounted.flatMap(({ controllers }) => [...controllers]),
    providers: [
      ...(definition.providers ?? []),
      ...bulkQueue.providers,
      ...eventQueue.providers,
      {
        provide: MountedSurfaces,
        inject: [HttpAdapterHost, WHATSAPP_LOGGER],
        useFactory: (adapterHost: HttpAdapterHost, logger: LoggerService) =>
          new MountedSurfaces(mounted, adapterHost, logger),
      },
      { provide: START_PARTS, useValue: { surfaces: mounted, queue: bullOptionsOf(queue) ? 'bull' : 'in-process' } },
      StartReport,
      { provide: MODULE_IDENTITY, useValue: { dataSource: connection.name ?? 'default', module: WhatsAppModule } },
      ImportsCheck,
      ...whatsappProviders,
    ],
    exports: [...publicServices, ApiKeysService],
  };
}
