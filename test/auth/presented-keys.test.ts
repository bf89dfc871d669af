import { assert, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presentedKeys, type RequestHeaders } from '../../lib/auth/api-key.guard.js';

describe('presentedKeys', () => {
  it.each<[string, RequestHeaders, string[]]>([
    ['X-API-Key', { 'x-api-key': 'k1' }, ['k1']],
    ['a bearer token', { authorization: 'Bearer k1' }, ['k1']],
    ['a scheme in any case', { authorization: 'bEARER k1' }, ['k1']],
    ['spaces around', { 'x-api-key': ' k1 ', authorization: 'Bearer   k1' }, ['k1']],
    ['both, the same', { 'x-api-key': 'k1', authorization: 'Bearer k1' }, ['k1']],
    ['both, different', { 'x-api-key': 'k1', authorization: 'Bearer k2' }, ['k1', 'k2']],
    ['a header sent twice, as a list', { 'x-api-key': ['k1', 'k2'] }, ['k1', 'k2']],
    ['a header sent twice, joined by Node', { 'x-api-key': 'k1, k1' }, ['k1']],
    ['two bearer tokens, as a list', { authorization: ['Bearer k1', 'Bearer k2'] }, ['k1', 'k2']],
    ["someone else's scheme next to a key", { 'x-api-key': 'k1', authorization: 'Basic dXNlcjpwdw==' }, ['k1']],
    ["someone else's scheme", { authorization: 'Digest username="u", realm="r"' }, []],
    ['a key without a scheme', { authorization: 'k1' }, []],
    ['a scheme without a key', { authorization: 'Bearer' }, []],
    ['an empty header', { 'x-api-key': '', authorization: '' }, []],
    ['an empty header next to a key', { 'x-api-key': '', authorization: 'Bearer k1' }, ['k1']],
    ['no header', {}, []],
  ])('finds the keys in %s', (_, headers, keys) => {
    expect(presentedKeys(headers)).toEqual(keys);
  });

  it('finds any key that can exist, whichever header it is in', () => {
    const visible = integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
    const anyKey = string({ unit: visible, minLength: 16, maxLength: 512 });
    assert(
      property(anyKey, (key) => {
        expect(presentedKeys({ 'x-api-key': key })).toEqual([key]);
        expect(presentedKeys({ authorization: `Bearer ${key}` })).toEqual([key]);
        expect(presentedKeys({ 'x-api-key': [key, key], authorization: `bearer ${key}` })).toEqual([key]);
      }),
    );
  });
});
