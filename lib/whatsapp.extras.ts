import { type ModuleMetadata, VERSION_NEUTRAL } from '@nestjs/common';
import { suggestion } from './did-you-mean.js';
import type { ValidationProblem } from './errors.js';
import { checkConsoleOptions, type ConsoleOptions } from './http/console/console.options.js';
import type { SurfaceOptions } from './http/surface/surface.js';
import { type SurfacesOptions, SURFACE_NAMES } from './http/surfaces.js';
import { checkList, checkNames, hasMethods, problem, unknownName } from './option-checks.js';
import type { BullQueueOptions, WhatsAppQueueOptions } from './queue/queue.js';
import type { WhatsAppDatabaseOptions } from './store/data-source.provider.js';
import type { WhatsAppEventsOptions } from './webhooks/events/queued-events.js';

/**
 * Options needed before the factory runs: they go next to `useFactory` in `forRootAsync`.
 *
 * @publicApi
 */
export interface WhatsAppModuleExtras {
  /** Makes the services injectable everywhere without importing the module again. */
  readonly isGlobal?: boolean | undefined;
  /** Which HTTP surfaces to mount; none by default. */
  readonly surfaces?: SurfacesOptions | undefined;
  /**
   * Name of the TypeORM data source; the default one when left out. On Postgres and MariaDB the module connects to its database
   * by itself, with as many connections as that may open, or `{ poolSize: 5 }`.
   */
  readonly dataSource?: string | WhatsAppDatabaseOptions | undefined;
  /**
   * What bulk sends are shared through: `in-process` (the default) needs nothing, and each phone number sends from one
   * process at a time; `bull` uses the Redis of the host's `BullModule.forRoot()`, and all processes send together.
   */
  readonly queue?: WhatsAppQueueOptions | undefined;
  /** How what webhooks bring reaches the methods that take it, such as those with `@OnInboundMessage()`. */
  readonly events?: WhatsAppEventsOptions | undefined;
  /** Modules with providers that the surfaces' own guards need. */
  readonly imports?: ModuleMetadata['imports'] | undefined;
}

export const EXTRA_NAMES: Record<keyof WhatsAppModuleExtras, true> = {
  isGlobal: true,
  surfaces: true,
  dataSource: true,
  queue: true,
  events: true,
  imports: true,
};

/** Everything that is wrong with what is known before the options are. */
export function checkExtras(extras: WhatsAppModuleExtras): ValidationProblem[] {
  const { isGlobal, surfaces, queue, events, dataSource, imports } = extras;
  return [
    ...(isGlobal === undefined || typeof isGlobal === 'boolean' ? [] : [problem('isGlobal', 'must be true or false.')]),
    ...checkSurfaces(surfaces),
    ...checkDataSource(dataSource),
    ...checkQueue(queue),
    ...checkEvents(events),
    ...checkList('imports', imports ?? undefined),
  ];
}

const SURFACE_OPTION_NAMES: Record<keyof SurfaceOptions, true> = {
  prefix: true,
  guards: true,
  rateLimit: true,
  version: true,
  decorators: true,
};

const CONSOLE_NAMES: Record<keyof ConsoleOptions, true> = {
  ...SURFACE_OPTION_NAMES,
  frameAncestors: true,
  sessionLifetime: true,
};

function checkSurfaces(surfaces: unknown = {}): ValidationProblem[] {
  if (typeof surfaces !== 'object' || surfaces === null || Array.isArray(surfaces)) {
    return [problem('surfaces', `must name what to mount, such as { ${SURFACE_NAMES[0]}: true }.`)];
  }
  return Object.entries(surfaces).flatMap(([name, surface]: [string, unknown]) => {
    const path = `surfaces.${name}`;
    if (!SURFACE_NAMES.includes(name)) return [unknownName(path, name, SURFACE_NAMES, 'is no surface')];
    if (!isSurfaceOptions(surface)) return [problem(path, "must be true, false or { prefix: '/api', guards: [] }.")];
    const isConsole = name === 'console';
    return [
      ...(isConsole
        ? checkNames<ConsoleOptions>(path, surface, CONSOLE_NAMES)
        : checkNames<SurfaceOptions>(path, surface, SURFACE_OPTION_NAMES)),
      ...checkRateLimit(name, surface),
      ...checkVersion(path, surface),
      ...checkDecorators(path, surface),
      ...checkGuards(path, surface),
      ...(isConsole && typeof surface === 'object' ? checkConsoleOptions(surface) : []),
    ];
  });
}

function checkQueue(queue: unknown): ValidationProblem[] {
  if (queue === undefined || queue === 'in-process' || queue === 'bull') return [];
  const names = checkNames<BullQueueOptions>('queue', queue, { driver: true, configKey: true, prefix: true });
  const { driver, configKey, prefix }: { driver?: unknown; configKey?: unknown; prefix?: unknown } = Object(queue);
  if (driver === 'bull' && isKeyPart(configKey) && isKeyPart(prefix)) return names;
  const meant = suggestion(driver ?? queue, ['bull', 'in-process']);
  const rule = `must be 'in-process', 'bull' or { driver: 'bull', configKey: 'key', prefix: 'app' }.${meant}`;
  return [...names, problem('queue', rule)];
}

function checkDataSource(dataSource: unknown): ValidationProblem[] {
  if (dataSource === undefined || typeof dataSource === 'string') return [];
  const names = checkNames<WhatsAppDatabaseOptions>('dataSource', dataSource, { name: true, poolSize: true });
  const rule = "must be 'name' or { name: 'name', poolSize: 5 }, with a whole number from 1.";
  return [...names, ...(isDataSource(dataSource) ? [] : [problem('dataSource', rule)])];
}

function isDataSource(dataSource: unknown): boolean {
  if (typeof dataSource !== 'object' || dataSource === null || Array.isArray(dataSource)) return false;
  const { name, poolSize }: { name?: unknown; poolSize?: unknown } = dataSource;
  if (name !== undefined && typeof name !== 'string') return false;
  return poolSize === undefined || (typeof poolSize === 'number' && Number.isSafeInteger(poolSize) && poolSize >= 1);
}

function checkEvents(events: unknown): ValidationProblem[] {
  if (events === undefined) return [];
  const names = checkNames<WhatsAppEventsOptions>('events', events, { delivery: true });
  const rule = "must be { delivery: 'process' } or { delivery: 'queue' }.";
  return [...names, ...(isEvents(events) ? [] : [problem('events', rule)])];
}

function isEvents(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || Array.isArray(events)) return false;
  const { delivery }: { delivery?: unknown } = events;
  return delivery === undefined || delivery === 'process' || delivery === 'queue';
}

const isKeyPart = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && /^[^\s{}]+$/.test(value));

function checkRateLimit(surface: string, options: object | boolean | undefined): ValidationProblem[] {
  const rateLimit: unknown = typeof options === 'object' && 'rateLimit' in options ? options.rateLimit : undefined;
  if (rateLimit === undefined || rateLimit === false) return [];
  const path = `surfaces.${surface}.rateLimit`;
  if (surface === 'webhook') return [problem(path, 'must be left out: webhooks are taken however fast they come.')];
  const isRate = typeof rateLimit === 'number' && Number.isSafeInteger(rateLimit) && rateLimit >= 1;
  return isRate ? [] : [problem(path, 'must be a whole number of requests a minute from 1, or false for no limit.')];
}

function checkVersion(path: string, options: object | boolean | undefined): ValidationProblem[] {
  const version: unknown = typeof options === 'object' && 'version' in options ? options.version : undefined;
  const versions: readonly unknown[] = Array.isArray(version) && version.length > 0 ? version : [version];
  if (version === undefined || versions.every(isVersion)) return [];
  return [problem(`${path}.version`, "must be a version such as '1', an array of them, or VERSION_NEUTRAL.")];
}

const isVersion = (version: unknown): boolean =>
  version === VERSION_NEUTRAL || (typeof version === 'string' && version.trim() !== '');

function checkDecorators(path: string, options: object | boolean | undefined): ValidationProblem[] {
  const decorators: unknown = typeof options === 'object' && 'decorators' in options ? options.decorators : undefined;
  if (decorators === undefined) return [];
  if (!Array.isArray(decorators)) return [problem(`${path}.decorators`, 'must be an array such as [Public()].')];
  return decorators.flatMap((decorator: unknown, index) =>
    typeof decorator === 'function'
      ? []
      : [problem(`${path}.decorators[${index}]`, 'must be a class decorator such as Public(), with its parentheses.')],
  );
}

function checkGuards(path: string, options: object | boolean | undefined): ValidationProblem[] {
  const guards: unknown = typeof options === 'object' && 'guards' in options ? options.guards : undefined;
  if (!Array.isArray(guards)) return [];
  return guards.flatMap((guard: unknown, index) =>
    typeof guard === 'function' || hasMethods(guard, 'canActivate')
      ? []
      : [problem(`${path}.guards[${index}]`, 'must be a guard: its class, or an instance with canActivate().')],
  );
}

function isSurfaceOptions(surface: unknown): surface is object | boolean | undefined {
  if (surface === undefined || typeof surface === 'boolean') return true;
  if (typeof surface !== 'object' || surface === null) return false;
  const { prefix, guards }: { prefix?: unknown; guards?: unknown } = surface;
  return (prefix === undefined || typeof prefix === 'string') && (guards === undefined || Array.isArray(guards));
}
