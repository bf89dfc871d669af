import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { requestTarget } from '../../lib/graph/graph-request.js';

describe('the path of a request', () => {
  it.each([
    ['106540352242922', '/v25.0/106540352242922'],
    ['106540352242922/messages', '/v25.0/106540352242922/messages'],
    [['106540352242922', 'messages'], '/v25.0/106540352242922/messages'],
    [['upload:MTphd'], '/v25.0/upload:MTphd'],
    [['ä&=+'], '/v25.0/%C3%A4%26%3D%2B'],
  ])('writes %j as %s', (path, target) => {
    expect(requestTarget('/v25.0', path)).toBe(target);
  });

  it('writes the query, lists by commas, and leaves out what is absent', () => {
    const query = { fields: ['id', 'name'], limit: 100, after: undefined, name: 'a&b', summary: true };
    expect(requestTarget('/v25.0', '1', query)).toBe('/v25.0/1?fields=id%2Cname&limit=100&name=a%26b&summary=true');
  });

  it.each([
    '',
    '/',
    '1/',
    '/messages',
    '1/2',
    '1/2/messages',
    '1/register/messages',
    '../me',
    '..',
    '1?x=1',
    '1#x',
    '1%2F2',
    '1\\2',
    '1 2',
    '1\r\nx: y',
    ['1', ''],
    ['.', 'messages'],
    ['..', 'messages'],
    ['1/2', 'messages'],
    ['%2e%2e', 'messages'],
    ['\u0000'],
    ['\ud800'],
  ])('refuses %j', (path) => {
    expect(() => requestTarget('/v25.0', path)).toThrow(ValidationError);
  });

  it('keeps any id in its own segment', () => {
    const kept = fc.property(fc.string({ unit: character, maxLength: 6 }), (id) => {
      const target = targetOf(id);
      if (target === undefined) return true;
      const { pathname, search, hash } = new URL(target, 'https://graph.facebook.com');
      const segments = pathname.split('/');
      return (
        segments.length === 4 &&
        segments[3] === 'messages' &&
        decodeURIComponent(segments[2] ?? '') === id &&
        search + hash === ''
      );
    });
    expect(() => fc.assert(kept)).not.toThrow();
  });
});

const character = fc.constantFrom(
  ...Array.from('./\\?#%2eF:;@&=+ \t\r\n\u0000aÄ1'),
  '\u2028',
  '\ud83d\ude00',
  '\ud800',
);

/** The target, or undefined where the id was refused. */
function targetOf(id: string): string | undefined {
  try {
    return requestTarget('/v25.0', [id, 'messages']);
  } catch (error) {
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
}
