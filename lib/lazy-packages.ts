/* oxlint-disable typescript/no-require-imports -- `import()` would make the callers asynchronous, and does not work under Jest */
import type * as Busboy from '@fastify/busboy';
import type * as CsvParse from 'csv-parse';
import type * as CsvParseSync from 'csv-parse/sync';
import type * as CsvStringify from 'csv-stringify';
import type * as RateLimiterFlexible from 'rate-limiter-flexible';
import type * as Undici from 'undici';

// Packages that are loaded at their first use: together they take as long to load as the library itself.

export function undici(): typeof Undici {
  const loaded: typeof Undici = require('undici');
  return loaded;
}

export function rateLimiterFlexible(): typeof RateLimiterFlexible {
  const loaded: typeof RateLimiterFlexible = require('rate-limiter-flexible');
  return loaded;
}

export function busboy(): typeof Busboy {
  const loaded: typeof Busboy = require('@fastify/busboy');
  return loaded;
}

export function csvParse(): typeof CsvParse {
  const loaded: typeof CsvParse = require('csv-parse');
  return loaded;
}

export function csvParseSync(): typeof CsvParseSync {
  const loaded: typeof CsvParseSync = require('csv-parse/sync');
  return loaded;
}

export function csvStringify(): typeof CsvStringify {
  const loaded: typeof CsvStringify = require('csv-stringify');
  return loaded;
}
