import { expect, it } from 'vitest';
import { en } from '../../lib/console/locales/en.js';
import { es } from '../../lib/console/locales/es.js';
import { pt } from '../../lib/console/locales/pt.js';

const placesIn = (text: string | { readonly one: string; readonly other: string }): string[] =>
  [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].toSorted();

it.each([
  ['es', es],
  ['pt', pt],
])('The console in %s has every text, with a place for the same values', (_, words) => {
  expect(Object.keys(words)).toEqual(Object.keys(en));
  const places = (texts: typeof words) =>
    Object.entries(texts).map(([key, text]) => [key, typeof text, placesIn(text)]);
  expect(places(words)).toEqual(places(en));
  expect(Object.entries(words).filter(([, text]) => JSON.stringify(text).includes('!'))).toEqual([]);
});
