import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ConfigurationError } from './errors.js';

const ALGORITHM = 'aes-256-gcm';

// Unless given its length, Node takes a tag that was cut to 4 bytes, which can be guessed.
const TAG = { authTagLength: 16 };

/** A readable encryption key is 32 bytes in base64. */
export const isEncryptionKey = (key: string): boolean =>
  /^[A-Za-z0-9+/_-]{43}=?$/.test(key) && Buffer.from(key, 'base64').length === 32;

/** The words for a kind of secrets in errors, and what to do. */
export interface SecretWords {
  /** With its article: `An access token`. */
  readonly aSecret: string;
  /** The one of an owner: `access token of account 100`. */
  readonly secretOf: (owner: string) => string;
  /** What to do when it cannot be read any more: `add the account again with its token`. */
  readonly remedy: string;
}

/**
 * Encrypts secrets at rest with AES-256-GCM. The first key encrypts; the others only decrypt, so that a key is rotated by
 * putting the new one in front. A secret is bound to its owner: moved to another row it does not decrypt.
 */
export class SecretCipher {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: string | undefined;

  constructor(
    encryptionKeys: readonly string[],
    private readonly words: SecretWords,
  ) {
    const keys = encryptionKeys.map((key) => Buffer.from(key, 'base64'));
    this.#keys = new Map(keys.map((key) => [fingerprint(key), key]));
    this.#current = keys[0] && fingerprint(keys[0]);
  }

  /** @throws ConfigurationError when no encryption key is configured */
  encrypt(secret: string, owner: string): string {
    const key = this.#current === undefined ? undefined : this.#keys.get(this.#current);
    if (this.#current === undefined || !key) {
      throw new ConfigurationError(
        `${this.words.aSecret} is only stored encrypted. Add encryptionKeys: [process.env.WHATSAPP_ENCRYPTION_KEY] to the ` +
          'options of WhatsAppModule: 32 random bytes in base64, as "openssl rand -base64 32" prints them.',
      );
    }
    const iv = randomBytes(12);
    const cipher = createCipheriv(ALGORITHM, key, iv, TAG).setAAD(Buffer.from(owner));
    const encrypted = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [this.#current, ...[iv, cipher.getAuthTag(), encrypted].map((part) => part.toString('base64url'))].join('.');
  }

  /** @throws ConfigurationError when no configured key fits, or the text was tampered with */
  decrypt(stored: string, owner: string): string {
    const { remedy, secretOf } = this.words;
    const [keyFingerprint = '', iv = '', tag = '', encrypted = ''] = stored.split('.');
    const key = this.#keys.get(keyFingerprint);
    if (!key) {
      throw new ConfigurationError(
        `The ${secretOf(owner)} was encrypted with a key that encryptionKeys no longer has. ` +
          `Put that key behind the new one, or ${remedy}.`,
      );
    }
    try {
      const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(iv, 'base64url'), TAG)
        .setAAD(Buffer.from(owner))
        .setAuthTag(Buffer.from(tag, 'base64url'));
      return decipher.update(Buffer.from(encrypted, 'base64url'), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new ConfigurationError(`The stored ${secretOf(owner)} is damaged. ${capitalized(remedy)}.`);
    }
  }

  /** Whether a stored secret should be encrypted anew, because the first key is another one by now. */
  isOutdated(stored: string): boolean {
    return this.#current !== undefined && !stored.startsWith(`${this.#current}.`);
  }
}

/** Distinguishes keys without revealing anything of them. */
function fingerprint(key: Buffer): string {
  return createHash('sha256').update('whatsapp-encryption-key').update(key).digest('base64url').slice(0, 8);
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
