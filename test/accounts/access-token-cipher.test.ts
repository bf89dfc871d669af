import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessTokenCipher } from '../../lib/accounts/account-credentials.js';
import { isEncryptionKey } from '../../lib/secret-cipher.js';
import { ConfigurationError } from '../../lib/errors.js';
import { anyCharacter } from '../any-character.js';

const newKey = () => randomBytes(32).toString('base64');
const TOKEN = 'EAAJZBexample0123456789';
const ACCOUNT = '102290129340398';

const bytesOf = (stored: string) =>
  stored
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.');

/** GCM itself would take a tag that was cut: one of 4 bytes is guessed in a while. */
function withTagOf(stored: string, bytes: number): string {
  const [key, iv, tag = '', encrypted] = stored.split('.');
  return [key, iv, Buffer.from(tag, 'base64url').subarray(0, bytes).toString('base64url'), encrypted].join('.');
}

describe('AccessTokenCipher', () => {
  it('gives back every token for its account', () => {
    const cipher = new AccessTokenCipher([newKey()]);
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.string(), (token, account) => {
        expect(cipher.decrypt(cipher.encrypt(token, account), account)).toBe(token);
      }),
    );
  });

  it('shows neither the token nor that two tokens are the same', () => {
    const cipher = new AccessTokenCipher([newKey()]);
    const stored = [cipher.encrypt(TOKEN, ACCOUNT), cipher.encrypt(TOKEN, ACCOUNT)];
    for (const text of stored) {
      const decoded = text.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
      expect([text, ...decoded].join(' ')).not.toContain(TOKEN.slice(0, 6));
    }
    const parts = stored.map((text) => text.split('.').slice(1));
    expect(new Set(parts.flat()).size).toBe(6);
  });

  it('refuses a text of which any one character was changed', () => {
    const cipher = new AccessTokenCipher([newKey()]);
    const stored = cipher.encrypt(TOKEN, ACCOUNT);
    fc.assert(
      fc.property(fc.nat(stored.length - 1), fc.constantFrom('A', 'z', '0', '9', '_', '-', '.'), (index, character) => {
        const changed = stored.slice(0, index) + character + stored.slice(index + 1);
        // The last character of a part may hold bits that stand for nothing.
        fc.pre(bytesOf(changed) !== bytesOf(stored));
        expect(() => cipher.decrypt(changed, ACCOUNT)).toThrow(ConfigurationError);
      }),
    );
  });

  it.each(['', '.', '...', 'plain-token', 'a.b.c.d'])('refuses %j, which it never wrote', (text) => {
    expect(() => new AccessTokenCipher([newKey()]).decrypt(text, ACCOUNT)).toThrow(ConfigurationError);
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -4)],
    ['with the first 4 bytes of its tag', (text: string) => withTagOf(text, 4)],
    ['with the first 12 bytes of its tag', (text: string) => withTagOf(text, 12)],
    ['without its encrypted part', (text: string) => text.replace(/[^.]*$/, '')],
  ])('refuses a text %s', (_, damage) => {
    const cipher = new AccessTokenCipher([newKey()]);
    const damaged = damage(cipher.encrypt(TOKEN, ACCOUNT));
    expect(() => cipher.decrypt(damaged, ACCOUNT)).toThrow(/damaged.*Add the account again/);
  });

  it("refuses a token that was moved to another account's row", () => {
    const cipher = new AccessTokenCipher([newKey()]);
    expect(() => cipher.decrypt(cipher.encrypt(TOKEN, ACCOUNT), '102290129340399')).toThrow(ConfigurationError);
  });

  it('encrypts with the first key and decrypts with all', () => {
    const [old, fresh] = [newKey(), newKey()];
    const before = new AccessTokenCipher([old]).encrypt(TOKEN, ACCOUNT);
    const rotated = new AccessTokenCipher([fresh, old]);
    expect(rotated.decrypt(before, ACCOUNT)).toBe(TOKEN);
    const after = rotated.encrypt(TOKEN, ACCOUNT);
    expect(new AccessTokenCipher([fresh]).decrypt(after, ACCOUNT)).toBe(TOKEN);
    expect([before, after].map((stored) => rotated.isOutdated(stored))).toEqual([true, false]);
  });

  it('says what to do when the key is gone, without showing the token', () => {
    const stored = new AccessTokenCipher([newKey()]).encrypt(TOKEN, ACCOUNT);
    for (const keys of [[newKey()], []]) {
      expect(() => new AccessTokenCipher(keys).decrypt(stored, ACCOUNT)).toThrow(
        /102290129340398.*encryptionKeys no longer has.*behind the new one/,
      );
    }
  });

  it('does not encrypt without a key, and says which option to add', () => {
    expect(() => new AccessTokenCipher([]).encrypt(TOKEN, ACCOUNT)).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        message: expect.stringMatching(/encryptionKeys: \[.*openssl rand -base64 32/),
      }),
    );
    expect(new AccessTokenCipher([]).isOutdated('any.thing.at.all')).toBe(false);
  });
});

it.each([
  [randomBytes(32).toString('base64'), true],
  [randomBytes(32).toString('base64url'), true],
  [randomBytes(31).toString('base64'), false],
  [randomBytes(33).toString('base64'), false],
  [randomBytes(32).toString('hex'), false],
  ['', false],
  [`${randomBytes(32).toString('base64')}\n`, false],
  ['correct horse battery staple', false],
])('whether %j is an encryption key: %s', (key, isKey) => {
  expect(isEncryptionKey(key)).toBe(isKey);
});
