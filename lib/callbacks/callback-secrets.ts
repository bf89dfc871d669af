import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SecretCipher } from '../secret-cipher.js';
import { CALLBACK_OPTIONS, type CallbackOptions } from './callbacks.options.js';

/** What signs callbacks: encrypted at rest, each bound to its workspace. */
@Injectable()
export class CallbackSecrets {
  readonly #cipher: SecretCipher;

  constructor(@Inject(CALLBACK_OPTIONS) { encryptionKeys }: CallbackOptions) {
    this.#cipher = new SecretCipher(encryptionKeys, {
      aSecret: "A callback's secret",
      secretOf: (owner) => `secret of ${owner}`,
      remedy: 'set the callback again',
    });
  }

  generate(): string {
    return randomBytes(32).toString('base64url');
  }

  /** @throws ConfigurationError when no encryption key is configured */
  encrypt(secret: string, workspaceId: number): string {
    return this.#cipher.encrypt(secret, ownerOf(workspaceId));
  }

  /** @throws ConfigurationError when no configured key fits */
  decrypt(stored: string, workspaceId: number): string {
    return this.#cipher.decrypt(stored, ownerOf(workspaceId));
  }

  /** What should be stored instead, where another key is the first one by now. */
  encryptedAnew(stored: string, secret: string, workspaceId: number): string | undefined {
    return this.#cipher.isOutdated(stored) ? this.encrypt(secret, workspaceId) : undefined;
  }
}

/** The signature of a callback: HMAC-SHA256 of its body's bytes, in hex. */
export const signatureOf = (body: Buffer, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');

const ownerOf = (workspaceId: number): string => `the callback of workspace ${workspaceId}`;
