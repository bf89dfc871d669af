import type * as NestBull from '@nestjs/bull';
import { ConfigurationError } from '../../errors.js';
import { codeOf, messageOf } from '../../foreign-errors.js';

/**
 * `@nestjs/bull`, loaded only when the queue is Bull: hosts without it need not install it.
 * @throws ConfigurationError with the line that installs it
 */
export function loadNestBull(): typeof NestBull {
  try {
    // oxlint-disable-next-line typescript/no-require-imports -- must not happen before it is known to be needed
    const nestBull: typeof NestBull = require('@nestjs/bull');
    return nestBull;
  } catch (error) {
    const line = 'npm install @nestjs/bull@12 bull@4 with Nest 12, npm install @nestjs/bull@11 bull@4 with Nest 11';
    const isMissing = codeOf(error) === 'MODULE_NOT_FOUND';
    const problem = isMissing ? 'needs two more packages' : `cannot load @nestjs/bull (${messageOf(error)})`;
    throw new ConfigurationError(`queue: 'bull' ${problem}: ${line}`, { cause: error });
  }
}
