import type { Provider } from '@nestjs/common';
import { ApiKeyRegistration } from './api-key-registration.js';
import { ApiKeyRows } from './api-key-rows.js';
import { ApiKeyVerifier } from './api-key-verifier.js';
import { ApiKeysService, ApiKeyUsage } from './api-keys.service.js';
import { CallerStreams } from './caller-streams.js';

/** What the module provides of this room, besides `API_KEY_OPTIONS`; guards are made where they are used. */
export const authProviders: Provider[] = [
  ApiKeysService,
  ApiKeyRegistration,
  ApiKeyRows,
  ApiKeyVerifier,
  ApiKeyUsage,
  CallerStreams,
];
