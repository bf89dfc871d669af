import { createHmac, timingSafeEqual } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type AccountsBySecret, idOfSecret, KnownAppSecrets } from '../accounts/account-credentials.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import type { ReceivedItem } from './webhook-item.js';

const SIGNATURE = /^sha256=([0-9a-f]{64})$/i;

/** Bytes hashed before other work of the process gets its turn: some milliseconds. */
const SLICE_BYTES = 4_000_000;

/** Who signed a webhook. */
export interface Signer {
  /** Identifies the app secret without revealing it. */
  readonly secretId: string;
  /** Meta's ids of the accounts that the secret was configured for: for them alone it counts. */
  readonly accounts: ReadonlySet<string>;
}

/**
 * Finds the account that a webhook's body belongs to, by Meta's signature over its raw bytes.
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications
 */
@Injectable()
export class WebhookSignatures {
  constructor(private readonly appSecrets: KnownAppSecrets) {}

  /**
   * Returns the signer of these bytes; undefined if no known app secret signed them. Takes the same time for every secret.
   * @param header of the request: `X-Hub-Signature-256`
   */
  async signerOf(rawBody: Buffer, header: string | undefined): Promise<Signer | undefined> {
    const [, hex] = SIGNATURE.exec(header ?? '') ?? [];
    return hex === undefined ? undefined : findSigner(rawBody, Buffer.from(hex, 'hex'), await this.appSecrets.list());
  }

  /** The same signer with the accounts that there are now: another process may have added one just now. */
  async again({ secretId }: Signer): Promise<Signer> {
    return (await this.signers(true)).find((signer) => signer.secretId === secretId) ?? { secretId, accounts: NONE };
  }

  /** Returns all possible signers of a webhook. @param again whether to read the secrets again */
  async signers(anew = false): Promise<Signer[]> {
    const known = anew ? await this.appSecrets.listAnew() : await this.appSecrets.list();
    return Array.from(known, ([secret, accounts]) => ({ secretId: idOfSecret(secret), accounts }));
  }
}

const NONE: ReadonlySet<string> = new Set();

async function findSigner(rawBody: Buffer, signature: Buffer, known: AccountsBySecret): Promise<Signer | undefined> {
  let signer: Signer | undefined;
  let hashed = 0;
  for (const [secret, accounts] of known) {
    if ((hashed += rawBody.length) > SLICE_BYTES) {
      await nextTurn();
      hashed = 0;
    }
    const isSigned = timingSafeEqual(createHmac('sha256', secret).update(rawBody).digest(), signature);
    if (isSigned) signer = { secretId: idOfSecret(secret), accounts };
  }
  return signer;
}

/** An app secret counts only for the accounts it was configured for, and for their phone numbers. */
@Injectable()
export class SignedItems {
  constructor(private readonly phoneNumbers: PhoneNumbers) {}

  /** Of a webhook's items those that its signer may report. */
  async of(items: readonly ReceivedItem[], accounts: ReadonlySet<string>): Promise<ReceivedItem[]> {
    const owners = new Map<string, string | undefined>();
    for (const item of items) {
      if (!('phoneNumberId' in item) || owners.has(item.phoneNumberId)) continue;
      const number = await this.phoneNumbers.known(item.phoneNumberId);
      owners.set(item.phoneNumberId, number?.account.businessAccountId);
    }
    return items.filter((item) => {
      // It is not known which account this one belongs to, and nothing is applied.
      if (item.kind === 'unreadable' && item.businessAccountId === '') return true;
      const owner = 'phoneNumberId' in item ? owners.get(item.phoneNumberId) : undefined;
      return accounts.has(item.businessAccountId) && (owner ?? item.businessAccountId) === item.businessAccountId;
    });
  }
}
