import type * as NestBull from '@nestjs/bull';
import { ConfigurationError } from '../../../errors.js';

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
    throw new ConfigurationError("queue: 'bull' needs two more packages: npm install @nestjs/bull bull", {
      cause: error,
    });
  }
}
