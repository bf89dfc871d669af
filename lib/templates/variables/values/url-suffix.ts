import { codePointLength } from './code-points.js';
import type { TextParameter } from '../../message-component.js';
import { fillPlaceholders, parsePlaceholders, placeholderNames } from '../placeholders.js';
import { refused, typeInWords, type Reading } from './reading.js';
import { URL_LENGTH } from './text-limits.js';
import { textOf, textProblems } from './text-value.js';

/** A percent sign that begins no escape, or a character that RFC 3986 allows nowhere after the host. */
const TO_ENCODE = /%(?![0-9A-Fa-f]{2})|[^%A-Za-z0-9\-._~!$&'()*+,;=:@/?#]/gu;

/** Percent-encodes what an address cannot hold. What is encoded already stays, so doing it twice changes nothing. */
export function encodeUrlSuffix(suffix: string): string {
  return suffix.replace(TO_ENCODE, (character) => encodeURIComponent(character));
}

/** Reads the value that ends a URL button's address, such as `{{1}}` in `https://shop.example/{{1}}`. */
export function readUrlSuffix(url: string, value: unknown): Reading<TextParameter> {
  const suffix = textOf(value);
  if (suffix === undefined)
    return refused(`is ${typeInWords(value)}; write the end of the address as text, in quotes.`);
  const problems = textProblems(suffix);
  if (problems.length > 0) return refused(...problems);
  const fixed = url.slice(0, parsePlaceholders(url)[0]?.index);
  if (fixed !== '' && suffix.startsWith(fixed)) {
    return refused(`repeats the address; write only what follows ${fixed}`);
  }
  const text = encodeUrlSuffix(suffix);
  const length = codePointLength(fillPlaceholders(url, new Map(placeholderNames(url).map((name) => [name, text]))));
  if (length <= URL_LENGTH) return { parameter: { type: 'text', text } };
  return refused(`makes an address of ${length} characters; Meta takes at most ${URL_LENGTH}.`);
}
