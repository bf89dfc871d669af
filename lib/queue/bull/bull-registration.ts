import type { DynamicModule } from '@nestjs/common';
import type { AdvancedSettings, QueueOptions } from 'bull';
import { INSTALLATION_ID } from '../../store/installation-id.provider.js';
import { ConfigurationError } from '../../errors.js';
import type { BullQueueOptions } from '../queue-setup.js';
import { loadNestBull } from './bull-packages.js';

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
