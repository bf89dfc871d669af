import { describe, expect, it } from 'vitest';
import { didYouMean, suggestion } from '../../lib/did-you-mean.js';

describe('the word that was meant', () => {
  it.each([
    ['acounts', ['surfaces', 'accounts', 'account'], 'accounts'],
    ['surface', ['accounts', 'surfaces'], 'surfaces'],
    ['baseURL', ['baseUrl', 'version'], 'baseUrl'],
    ['meta-templates', ['messaging', 'metaTemplates'], 'metaTemplates'],
    ['order_shiped', ['order_shipped', 'order_skipped'], 'order_shipped'],
    ['hello', ['goodbye', 'hello_world'], 'hello_world'],
    ['es', ['en', 'de'], undefined],
    ['x', ['accounts'], undefined],
    ['', ['accounts'], undefined],
    ['anything', [], undefined],
  ])('of %o among %o is %o', (word, known, meant) => {
    expect(didYouMean(word, known)).toBe(meant);
  });

  it('is a question at the end of an error, which is left out where no word is near', () => {
    expect(suggestion('acounts', ['accounts'])).toBe(' Did you mean "accounts"?');
    expect(suggestion('colour', ['accounts'])).toBe('');
  });
});
