import type * as Swagger from '@nestjs/swagger';
import { codeOf, messageOf } from '../../foreign-errors.js';

/** `@nestjs/swagger` where the host has it installed, else undefined: it is loaded only to describe a surface that is mounted. */
export function loadSwagger(): typeof Swagger | undefined {
  try {
    // oxlint-disable-next-line typescript/no-require-imports -- a host need not have it
    const swagger: typeof Swagger = require('@nestjs/swagger');
    return swagger;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether it is the package itself that was not found, rather than something that it needs. */
const isMissing = (error: unknown): boolean =>
  // Yarn's Plug'n'Play has words of its own; the first line names the package that is missing in both.
  codeOf(error) === 'MODULE_NOT_FOUND' && /@nestjs\/swagger(?=['", ])/.test(messageOf(error).split('\n', 1)[0] ?? '');
