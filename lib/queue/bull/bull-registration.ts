import type { DynamicModule } from '@nestjs/common';
import type { AdvancedSettings, QueueOptions } from 'bull';
import { INSTALLATION_ID } from '../../store/installation-id.provider.js';
import { ConfigurationError } from '../../errors.js';
import type { BullQueueOptions } from '../queue.options.js';
import { codeOf, messageOf } from '../../foreign-errors.js';
import type * as NestBull from '@nestjs/bull';

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

/** What the host gave `BullModule.forRoot`. */
type SharedConfig = QueueOptions & { readonly url?: string };

/**
 * A queue of the module's own on the host's Bull connection.
 * @param database exports the installation's id: deployments that share a Redis but no database stay apart
 */
export function registerBullQueue(
  { name, settings }: { readonly name: string; readonly settings: AdvancedSettings },
  { configKey, prefix = 'whatsapp' }: BullQueueOptions,
  database: DynamicModule,
): DynamicModule {
  const { BullModule, getSharedConfigToken } = loadNestBull();
  return BullModule.registerQueueAsync({
    name,
    configKey,
    imports: [database],
    inject: [INSTALLATION_ID, { token: getSharedConfigToken(configKey), optional: true }],
    useFactory: (installationId: string, shared: SharedConfig | undefined) => {
      assertConnection(shared, configKey);
      // The brackets keep all keys in one slot of a Redis Cluster.
      return { prefix: `{${prefix}:${installationId}}`, settings };
    },
  });
}

/** Bull itself would take a Redis on 127.0.0.1:6379 for meant. */
function assertConnection(shared: SharedConfig | undefined, configKey: string | undefined): void {
  if (shared?.url !== undefined || shared?.redis !== undefined || shared?.createClient !== undefined) return;
  const key = configKey === undefined ? '' : `'${configKey}', `;
  throw new ConfigurationError(
    `queue: 'bull' found ${shared ? 'a BullModule.forRoot() that names no Redis' : 'no connection of @nestjs/bull'}. Write ` +
      `BullModule.forRoot(${key}{ url: 'redis://127.0.0.1:6379' }) under the imports of your app, with BullModule from ` +
      "@nestjs/bull: BullMQ's module, of @nestjs/bullmq, is another one. Without a Redis, leave `queue` out.",
  );
}
