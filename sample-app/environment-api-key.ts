import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ApiKeysService } from 'nestjs-whatsapp';
import type { Settings } from './settings.js';

/** Lets the key in `WHATSAPP_API_KEY` in, so that the app can be called without a step before. */
@Injectable()
export class EnvironmentApiKey implements OnApplicationBootstrap {
  readonly #logger = new Logger('SampleApp');

  constructor(
    private readonly config: ConfigService<Settings, true>,
    private readonly apiKeys: ApiKeysService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const key = this.config.get('apiKey', { infer: true });
    const workspace = this.config.get('workspace', { infer: true });
    if (key !== undefined) await this.apiKeys.register({ key, name: 'WHATSAPP_API_KEY', workspace });
    else this.#logger.warn('WHATSAPP_API_KEY is not set: no one can call the API until you create a key.');
    if (this.config.get('account', { infer: true })) return;
    this.#logger.warn(
      'WHATSAPP_BUSINESS_ACCOUNT_ID and WHATSAPP_ACCESS_TOKEN are not set: there is nothing to send from.',
    );
  }
}
