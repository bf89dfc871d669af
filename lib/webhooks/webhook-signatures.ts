import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { KnownAppSecrets } from '../accounts/known-app-secrets.js';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/i;

/**
 * Tells whose webhook a body is, by Meta's signature over its raw bytes.
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications
 */
@Injectable()
export class WebhookSignatures {
  constructor(private readonly appSecrets: KnownAppSecrets) {}

  /**
   * The accounts, by Meta's ids, whose app secret signed these bytes; undefined when none did. Takes the same time whichever
   * secret it is.
   * @param header of the request: `X-Hub-Signature-256`
   */
  async accountsSignedBy(rawBody: Buffer, header: string | undefined): Promise<ReadonlySet<string> | undefined> {
    const [, hex] = SIGNATURE.exec(header ?? '') ?? [];
    if (hex === undefined) return undefined;
    const signature = Buffer.from(hex, 'hex');
    let signed: ReadonlySet<string> | undefined;
    for (const [secret, accounts] of await this.appSecrets.list()) {
      if (timingSafeEqual(createHmac('sha256', secret).update(rawBody).digest(), signature)) signed = accounts;
    }
    return signed;
  }

  /** The same, after all app secrets were read anew: another process may have added an account just now. */
  accountsSignedByNow(rawBody: Buffer, header: string | undefined): Promise<ReadonlySet<string> | undefined> {
    this.appSecrets.forget();
    return this.accountsSignedBy(rawBody, header);
  }
}
