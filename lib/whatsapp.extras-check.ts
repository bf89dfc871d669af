import { VERSION_NEUTRAL } from '@nestjs/common';
import { SURFACE_NAMES } from './http/surfaces.js';
import type { Problem } from './errors.js';
import { problem, refuse } from './option-checks.js';
import type { WhatsAppModuleExtras } from './whatsapp.options.js';

/** @throws ConfigurationError for what is known before the options are */
export function assertExtras({ surfaces = {}, queue, events, dataSource }: WhatsAppModuleExtras): void {
  if (!isDataSource(dataSource)) {
    refuse([problem('dataSource', "must be 'name' or { name: 'name', poolSize: 5 }, with a whole number from 1.")]);
  }
  if (!isQueue(queue)) {
    refuse([problem('queue', "must be 'in-process', 'bull' or { driver: 'bull', configKey: 'key', prefix: 'app' }.")]);
  }
  if (!isEvents(events)) refuse([problem('events', "must be { delivery: 'process' } or { delivery: 'queue' }.")]);
  if (typeof surfaces !== 'object') {
    refuse([problem('surfaces', `must name what to mount, such as { ${SURFACE_NAMES[0]}: true }.`)]);
  }
  refuse(
    Object.entries(surfaces).flatMap(([name, surface]: [string, unknown]) => {
      const path = `surfaces.${name}`;
      if (!SURFACE_NAMES.includes(name)) return [problem(path, `is no surface; there is ${SURFACE_NAMES.join(', ')}.`)];
      if (!isSurfaceOptions(surface)) return [problem(path, "must be true, false or { prefix: '/api', guards: [] }.")];
      return [...checkRateLimit(name, surface), ...checkVersion(path, surface), ...checkDecorators(path, surface)];
    }),
  );
}

function isQueue(queue: unknown): boolean {
  if (queue === undefined || queue === 'in-process' || queue === 'bull') return true;
  if (typeof queue !== 'object' || queue === null) return false;
  const { driver, configKey, prefix }: { driver?: unknown; configKey?: unknown; prefix?: unknown } = queue;
  return driver === 'bull' && isKeyPart(configKey) && isKeyPart(prefix);
}

function isDataSource(dataSource: unknown): boolean {
  if (dataSource === undefined || typeof dataSource === 'string') return true;
  if (typeof dataSource !== 'object' || dataSource === null) return false;
  const { name, poolSize, ...others }: { name?: unknown; poolSize?: unknown } = dataSource;
  if (Object.keys(others).length > 0 || (name !== undefined && typeof name !== 'string')) return false;
  return poolSize === undefined || (typeof poolSize === 'number' && Number.isSafeInteger(poolSize) && poolSize >= 1);
}

function isEvents(events: unknown): boolean {
  if (events === undefined) return true;
  if (typeof events !== 'object' || events === null) return false;
  const { delivery }: { delivery?: unknown } = events;
  return delivery === undefined || delivery === 'process' || delivery === 'queue';
}

const isKeyPart = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && /^[^\s{}]+$/.test(value));

function checkRateLimit(surface: string, options: object | boolean | undefined): Problem[] {
  const rateLimit: unknown = typeof options === 'object' && 'rateLimit' in options ? options.rateLimit : undefined;
  if (rateLimit === undefined || rateLimit === false) return [];
  const path = `surfaces.${surface}.rateLimit`;
  if (surface === 'webhook')
    return [problem(path, 'must be left out: what Meta tells is taken however fast it comes.')];
  const isRate = typeof rateLimit === 'number' && Number.isSafeInteger(rateLimit) && rateLimit >= 1;
  return isRate ? [] : [problem(path, 'must be a whole number of requests a minute from 1, or false for no limit.')];
}

function checkVersion(path: string, options: object | boolean | undefined): Problem[] {
  const version: unknown = typeof options === 'object' && 'version' in options ? options.version : undefined;
  const versions: readonly unknown[] = Array.isArray(version) && version.length > 0 ? version : [version];
  if (version === undefined || versions.every(isVersion)) return [];
  return [problem(`${path}.version`, "must be a version such as '1', an array of them, or VERSION_NEUTRAL.")];
}

const isVersion = (version: unknown): boolean =>
  version === VERSION_NEUTRAL || (typeof version === 'string' && version.trim() !== '');

function checkDecorators(path: string, options: object | boolean | undefined): Problem[] {
  const decorators: unknown = typeof options === 'object' && 'decorators' in options ? options.decorators : undefined;
  if (decorators === undefined) return [];
  if (!Array.isArray(decorators)) return [problem(`${path}.decorators`, 'must be an array such as [Public()].')];
  return decorators.flatMap((decorator: unknown, index) =>
    typeof decorator === 'function'
      ? []
      : [problem(`${path}.decorators[${index}]`, 'must be a class decorator such as Public(), with its parentheses.')],
  );
}

function isSurfaceOptions(surface: unknown): surface is object | boolean | undefined {
  if (surface === undefined || typeof surface === 'boolean') return true;
  if (typeof surface !== 'object' || surface === null) return false;
  const { prefix, guards }: { prefix?: unknown; guards?: unknown } = surface;
  return (prefix === undefined || typeof prefix === 'string') && (guards === undefined || Array.isArray(guards));
}
