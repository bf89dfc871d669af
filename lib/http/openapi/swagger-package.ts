import type * as Swagger from '@nestjs/swagger';

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
  error instanceof Error &&
  'code' in error &&
  error.code === 'MODULE_NOT_FOUND' &&
  error.message.startsWith("Cannot find module '@nestjs/swagger'");
