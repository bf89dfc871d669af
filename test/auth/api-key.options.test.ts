import { describe, expect, it } from 'vitest';
import { resolveApiKeyOptions } from '../../lib/auth/api-key.options.js';
import { ConfigurationError } from '../../lib/errors.js';

describe('resolveApiKeyOptions', () => {
  it('fills in what is left out', () => {
    expect(resolveApiKeyOptions()).toEqual({ prefix: 'whatsapp_', cacheTtl: 2_000, wrongKeysPerMinute: 60 });
    expect(resolveApiKeyOptions({ prefix: '', cacheTtl: 0 })).toEqual({
      prefix: '',
      cacheTtl: 0,
      wrongKeysPerMinute: 60,
    });
  });

  it.each([
    { prefix: 'with space' },
    { prefix: 'x'.repeat(25) },
    { cacheTtl: -1 },
    { cacheTtl: 0.5 },
    { cacheTtl: NaN },
  ])('stops the start over %j', (options) => {
    const [name] = Object.keys(options);
    expect(() => resolveApiKeyOptions(options)).toThrow(ConfigurationError);
    expect(() => resolveApiKeyOptions(options)).toThrow(`apiKeys.${name}`);
  });
});
