import { Injectable } from '@nestjs/common';
import { AccountCredentials } from '../../accounts/account-credentials.js';
import { isAboutTheToken } from '../../accounts/sending-pause-rules.js';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { GraphApiClient } from '../../graph/graph-api.client.js';
import type { TokenRefusal } from '../../graph/token-refusals.js';
import { Probe } from '../probe.js';
import { down, type HealthCheckResult, UP } from './health-check.js';

/**
 * Finds accounts whose access token Meta does not take: those that send nothing for it, by any process's word, and those
 * whose last call in this process was refused for it.
 */
@Injectable()
export class FailedTokens {
  readonly check = new Probe<HealthCheckResult>(() => this.#look(), {
    freshFor: 5_000,
    patience: 2_000,
    otherwise: down('Whether Meta takes the access tokens could not be looked at.'),
  });

  constructor(
    private readonly graph: GraphApiClient,
    private readonly pauses: SendingPauses,
    private readonly credentials: AccountCredentials,
  ) {}

  async #look(): Promise<HealthCheckResult> {
    const failed = new Set<string>();
    for (const { scope, subjectId, code } of await this.pauses.list()) {
      if (scope === 'account' && isAboutTheToken(code)) failed.add(subjectId);
    }
    for (const refusal of this.graph.tokenRefusals.list()) {
      if (!failed.has(refusal.businessAccountId) && (await this.#isInUse(refusal))) {
        failed.add(refusal.businessAccountId);
      }
    }
    if (failed.size === 0) return UP;
    return down(
      'Meta does not take the access tokens of these accounts, or lets nothing be sent with them. Give new ones in ' +
        'accounts of WhatsAppModule’s options, or by AccountsService.add().',
      [...failed].toSorted(),
    );
  }

  /** Somebody may have given another token since, or removed the account. */
  async #isInUse({ businessAccountId, isOf }: TokenRefusal): Promise<boolean> {
    if (!(await this.credentials.has(businessAccountId))) return false;
    const { accessToken } = await this.credentials.of(businessAccountId);
    return isOf(accessToken);
  }
}
