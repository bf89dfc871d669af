import type { DynamicModule } from '@nestjs/common';
import type { AdvancedSettings } from 'bull';
import { INSTALLATION_ID } from '../../../database/installation-id.provider.js';
import type { BullQueueOptions } from '../queue-setup.js';
import { loadNestBull } from './bull-packages.js';

/**
 * A queue of the module's own on the host's Bull connection.
 * @param database exports the installation's id: deployments that share a Redis but no database stay apart
 */
export function registerBullQueue(
  { name, settings }: { readonly name: string; readonly settings: AdvancedSettings },
  { configKey, prefix = 'whatsapp' }: BullQueueOptions,
  database: DynamicModule,
): DynamicModule {
  return loadNestBull().BullModule.registerQueueAsync({
    name,
    configKey,
    imports: [database],
    inject: [INSTALLATION_ID],
    // The brackets keep all keys in one slot of a Redis Cluster.
    useFactory: (installationId: string) => ({ prefix: `{${prefix}:${installationId}}`, settings }),
  });
}
