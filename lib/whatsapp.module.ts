import { type DynamicModule, type LoggerService, Module, Inject, Injectable, type Type } from '@nestjs/common';
import { DiscoveryModule, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysService } from './auth/api-keys.service.js';
import { queueSetup } from './queue/queue.providers.js';
import { bullOptionsOf } from './queue/queue.js';
import { WhatsAppDatabaseModule } from './store/database.module.js';
import { ConsoleLinksService } from './http/console/console-links.service.js';
import { consoleProviders } from './http/console/console.surface.js';
import { MountedSurfaces } from './http/surface/mounted-surfaces.js';
import { mountSurfaces } from './http/surfaces.js';
import { WHATSAPP_LOGGER } from './logger.js';
import { whatsappEntities } from './whatsapp.entities.js';
import { ASYNC_OPTIONS_TYPE, ConfigurableModuleClass, OPTIONS_TYPE } from './whatsapp.option-providers.js';
import type { WhatsAppModuleExtras } from './whatsapp.extras.js';
import { assertForRoot, assertForRootAsync } from './whatsapp.options.js';
import { publicServices, whatsappProviders } from './whatsapp.providers.js';
import { START_PARTS, StartReport } from './whatsapp.start-report.js';
import { eventQueueSetup } from './webhooks/events/queued-events.js';
import { ConfigurationError } from './errors.js';

/**
 * WhatsApp for a Nest app: services to inject and, where mounted, HTTP surfaces.
 *
 * The host brings a TypeORM data source. `isGlobal`, `surfaces`, `queue`, `events` and `dataSource` go next to `useFactory` in
 * `forRootAsync`, for they are needed before the factory runs.
 *
 * @throws ConfigurationError at start when an option is wrong, with what to write instead
 * @publicApi
 */
@Module({})
export class WhatsAppModule extends ConfigurableModuleClass {
  /** Sets the module up with options that are known now. Goes into `imports` of the root module, once. @throws ConfigurationError */
  static override forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    assertForRoot(options);
    const { imports = [] } = options;
    return assemble({ ...super.forRoot(options), imports }, options);
  }

  /** The same with options from `useFactory`, `useClass` or `useExisting`. @throws ConfigurationError */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    assertForRootAsync(options);
    return assemble(super.forRootAsync(options), options);
  }
}

function assemble(definition: DynamicModule, extras: WhatsAppModuleExtras): DynamicModule {
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
      ...consoleProviders(surfaces.console),
      { provide: START_PARTS, useValue: { surfaces: mounted, queue: bullOptionsOf(queue) ? 'bull' : 'in-process' } },
      StartReport,
      { provide: MODULE_IDENTITY, useValue: { dataSource: connection.name ?? 'default', module: WhatsAppModule } },
      ImportsCheck,
      ...whatsappProviders,
    ],
    exports: [...publicServices, ApiKeysService, ConsoleLinksService],
  };
}

/** The name of the data source that a module was given, and the module's class. */
const MODULE_IDENTITY = Symbol('MODULE_IDENTITY');

interface ModuleIdentity {
  readonly dataSource: string;
  readonly module: Type;
}

type NestModule = ModulesContainer extends Map<string, infer Module> ? Module : never;

/**
 * Looks for a second `forRoot()` or `forRootAsync()` in the same app: it would send, schedule and measure everything apart from
 * the first, and which of the two a provider gets depends on who asks.
 *
 * @throws ConfigurationError when both are on one data source; two on two data sources are only warned of
 */
@Injectable()
class ImportsCheck {
  constructor(
    modules: ModulesContainer,
    @Inject(MODULE_IDENTITY) { dataSource, module }: ModuleIdentity,
    @Inject(WHATSAPP_LOGGER) logger: LoggerService,
  ) {
    const all = [...modules.values()];
    const copies = all.filter(({ metatype }) => metatype === module);
    if (copies.length < 2) return;
    const sources = copies.map((copy) => dataSourceOf(copy));
    const text =
      `WhatsAppModule is set up ${copies.length} times in this app, by ${importersOf(all, copies, module).join(' and ')}. ` +
      'Call WhatsAppModule.forRoot() or forRootAsync() once, in your root module, with isGlobal: true; or import one module ' +
      'of yours that exports it.';
    if (sources.filter((source) => source === dataSource).length > 1) throw new ConfigurationError(text);
    if (sources[0] === dataSource) logger.warn(text);
  }
}

function dataSourceOf({ providers }: NestModule): unknown {
  const identity: unknown = providers.get(MODULE_IDENTITY)?.instance;
  return typeof identity === 'object' && identity !== null && 'dataSource' in identity
    ? identity.dataSource
    : undefined;
}

/** Names of the modules that import one, as often as they do. */
function importersOf(all: readonly NestModule[], copies: readonly NestModule[], module: Type): string[] {
  return all.flatMap((candidate) => {
    const listed: unknown = Reflect.getMetadata('imports', candidate.metatype);
    const named = Array.isArray(listed) ? listed.filter((entry: unknown) => isOf(entry, module)).length : 0;
    // Nest has every module import those that are global.
    const added = copies.filter((copy) => !copy.isGlobal && candidate.imports.has(copy)).length;
    return Array.from({ length: Math.max(named, added) }, () => candidate.metatype.name);
  });
}

const isOf = (entry: unknown, module: Type): boolean =>
  typeof entry === 'object' && entry !== null && 'module' in entry && entry.module === module;
