import type * as PromClient from 'prom-client';
import { ConfigurationError } from '../../errors.js';

/**
 * `prom-client`, loaded only when something is measured: hosts without it need not install it.
 * @throws ConfigurationError with the line that installs it
 */
export function loadPromClient(): typeof PromClient {
  try {
    // oxlint-disable-next-line typescript/no-require-imports -- must not happen before it is known to be needed
    const promClient: typeof PromClient = require('prom-client');
    return promClient;
  } catch (error) {
    throw new ConfigurationError('The option metrics needs one more package: npm install prom-client', {
      cause: error,
    });
  }
}
