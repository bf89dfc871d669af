import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../lib/graph/meta-error-body.js';

const TOKEN = 'EAAGm0PX4ZCpsBAJmZCZBtoken0123456789abcdefTOKEN';

describe('redacting', () => {
  it.each([
    ['the token as it is', `Malformed access token ${TOKEN}`],
    ['the token in quotes', `Bad token "${TOKEN}".`],
    ['a part of the token', `Cannot parse access token ${TOKEN.slice(0, 20)}...`],
    ['the end of the token', `…${TOKEN.slice(-15)} is not a token`],
  ])('hides %s', (_, text) => {
    const redacted = redact(text, [TOKEN]);
    expect(redacted).toContain('[redacted]');
    expect(redacted).not.toContain(TOKEN.slice(0, 12));
    expect(redacted).not.toContain(TOKEN.slice(-12));
  });

  it.each([
    'Malformed access token xyz',
    'Error validating access token: EAAJZCabcdefghijklmnopqrstuvwxyz0123 has expired',
    'https://graph.facebook.com/v25.0/me?access_token=abc&fields=id',
    'appsecret_proof=deadbeef',
    'Authorization: Bearer abc.def',
    'The app 123456789012345|abcdefABCDEF0123456789 is unknown',
  ])('hides what looks like a secret though it was not named: %s', (text) => {
    expect(redact(text, [])).toContain('[redacted]');
  });

  it.each(['Rate limit hit', '(#131030) Recipient phone number not in allowed list: 16505551234', 'AbCdEfGhIjKlMnOp'])(
    'leaves other texts alone: %s',
    (text) => {
      expect(redact(text, [TOKEN, undefined, ''])).toBe(text);
    },
  );

  it('hides every secret wherever it stands, however it is written', () => {
    const spellings = fc.constantFrom(
      (secret: string) => secret,
      (secret: string) => encodeURIComponent(secret),
      (secret: string) => JSON.stringify(secret).slice(1, -1),
    );
    const secrets = fc.array(fc.string({ minLength: 8, unit: 'grapheme-ascii' }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.string(), secrets, fc.string(), spellings, (before, known, after, spell) => {
        const redacted = redact(before + known.map(spell).join(' ') + after, known);
        for (const secret of known) expect(redacted.replaceAll('[redacted]', '')).not.toContain(secret);
      }),
    );
  });
});
