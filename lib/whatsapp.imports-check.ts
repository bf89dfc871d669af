import { Inject, Injectable, type LoggerService, type Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from './errors.js';
import { WHATSAPP_LOGGER } from './logger.js';

/** The name of the data source that a module was given, and the module's class. */
export const MODULE_IDENTITY = Symbol('MODULE_IDENTITY');

export interface ModuleIdentity {
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
export class ImportsCheck {
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
