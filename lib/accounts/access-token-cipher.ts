import { SecretCipher } from '../secret-cipher.js';

/** Encrypts access tokens, each bound to its account by Meta's id of it. */
export class AccessTokenCipher extends SecretCipher {
  constructor(encryptionKeys: readonly string[]) {
    super(encryptionKeys, {
      aSecret: 'An access token',
      secretOf: (businessAccountId) => `access token of account ${businessAccountId}`,
      remedy: 'add the account again with its token',
    });
  }
}
