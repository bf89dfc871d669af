import type { LoggerService } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { API_KEY_OPTIONS, type WhatsAppApiKeyOptions, resolveApiKeyOptions } from '../../lib/auth/api-key.options.js';
import { ApiKeysService, ApiKeyUsage } from '../../lib/auth/api-keys.service.js';
import { CallerStreams } from '../../lib/auth/caller-streams.js';
import { ApiKeyRegistration } from '../../lib/auth/api-key-registration.js';
import { ApiKeyRows } from '../../lib/auth/api-key-rows.js';
import { ApiKeyVerifier } from '../../lib/auth/api-key-verifier.js';
import { WHATSAPP_DATA_SOURCE } from '../../lib/store/data-source.provider.js';
import { OutageLog } from '../../lib/store/outage-log.js';
import { repositoryProviders } from '../../lib/store/repositories.js';
import { whatsappMigrations } from '../../lib/store/whatsapp.migrations.js';
import { WHATSAPP_LOGGER } from '../../lib/logger.js';
import { whatsappEntities } from '../../lib/whatsapp.entities.js';
import { REQUEST_LIMITS, InMemoryRequestLimits } from '../../lib/pacing/request-limits.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import type { FreshDatabase } from '../support/databases/test-database.js';

/** What one process of a deployment has: a connection, caches and a log of its own. */
export interface ApiKeyProcess {
  readonly module: TestingModule;
  readonly apiKeys: ApiKeysService;
  readonly dataSource: DataSource;
  readonly warnings: string[];
  stop(): Promise<void>;
}

/** Starts a process on a database; the first one makes its tables. */
export async function startProcess(
  fresh: FreshDatabase,
  options?: Partial<WhatsAppApiKeyOptions>,
): Promise<ApiKeyProcess> {
  const dataSource = new DataSource({ ...fresh.options, entities: whatsappEntities, migrations: whatsappMigrations });
  await dataSource.initialize();
  await dataSource.runMigrations();
  const warnings: string[] = [];
  const module = await Test.createTestingModule({
    providers: [
      { provide: WHATSAPP_DATA_SOURCE, useValue: dataSource },
      { provide: WHATSAPP_LOGGER, useValue: loggerInto(warnings) },
      { provide: API_KEY_OPTIONS, useValue: resolveApiKeyOptions(options) },
      { provide: REQUEST_LIMITS, useValue: new InMemoryRequestLimits() },
      ...repositoryProviders(whatsappEntities),
      OutageLog,
      WorkspacesService,
      ApiKeysService,
      ApiKeyRegistration,
      ApiKeyRows,
      ApiKeyVerifier,
      ApiKeyUsage,
      CallerStreams,
    ],
  }).compile();
  return {
    module,
    apiKeys: module.get(ApiKeysService),
    dataSource,
    warnings,
    stop: async () => {
      await module.close();
      if (dataSource.isInitialized) await dataSource.destroy();
    },
  };
}

const nothing = () => undefined;

function loggerInto(warnings: string[]): LoggerService {
  return { log: nothing, error: nothing, warn: (message: unknown) => void warnings.push(String(message)) };
}
