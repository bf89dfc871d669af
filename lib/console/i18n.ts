import { en, type Words } from './locales/en.js';
import type { Text } from './locales/text.js';
import { recall, remember } from './stored.js';

export type Key = keyof Words;

export const LANGUAGES = { en: 'English', es: 'Español', pt: 'Português' } as const;
export type Language = keyof typeof LANGUAGES;

/** English is there at once, the others when they are asked for. */
const LOADERS: Readonly<Record<Language, () => Promise<Words>>> = {
  en: () => Promise.resolve(en),
  es: () => import('./locales/es.js').then(({ es }) => es),
  pt: () => import('./locales/pt.js').then(({ pt }) => pt),
};

const STORED = 'whatsapp-console-language';

let words: Words = en;
let language: Language = 'en';
/** For `Intl`: with the region that the person's browser names, if it speaks that language. */
let tag = 'en';

export const currentLanguage = (): Language => language;
export const currentTag = (): string => tag;

export const isLanguage = (text: string | null | undefined): text is Language =>
  text !== null && text !== undefined && text in LANGUAGES;

/** Loads the language that the person chose, or that of the browser. */
export async function loadLanguage(chosen?: Language): Promise<void> {
  if (chosen) remember('always', STORED, chosen);
  const stored = recall('always', STORED);
  const spoken = navigator.languages.map((name) => name.slice(0, 2)).find(isLanguage);
  const wanted = isLanguage(stored) ? stored : (spoken ?? 'en');
  words = await LOADERS[wanted]();
  language = wanted;
  tag = navigator.languages.find((name) => name.startsWith(wanted)) ?? wanted;
  document.documentElement.lang = wanted;
}

type Values = Readonly<Record<string, string | number>>;

/** A text in the person's language; `n` among the values decides its plural. */
export function t(key: Key, values: Values = {}): string {
  const text: Text = words[key];
  const chosen = typeof text === 'string' ? text : text[pluralOf(Number(values['n']))];
  return chosen.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? formatNumber(value) : (value ?? '');
  });
}

const pluralOf = (count: number): 'one' | 'other' =>
  new Intl.PluralRules(tag).select(count) === 'one' ? 'one' : 'other';

export const formatNumber = (value: number, options?: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat(tag, options).format(value);
