import type { ValidationProblem } from '../../../errors.js';
import type { TapTargetParameter } from '../../message-component.js';
import { isObject, refused, typeInWords, type Reading } from './reading.js';
import { scalarText, textProblems } from './text-value.js';

/** Reads the titles that replace addresses. Paths are relative to the list, such as `[0].url`. */
export function readTapTargets(given: unknown): Reading<TapTargetParameter> {
  if (!Array.isArray(given)) return refused(`is ${typeInWords(given)}; write a list of objects with url and title.`);
  if (given.length === 0) return refused('is empty; write an object with url and title, or leave it out.');
  const targets: readonly unknown[] = given;
  const problems: ValidationProblem[] = [];
  const tap_target_configuration = targets.flatMap((target, index) => {
    const { url, title } = isObject(target) ? target : {};
    const isAddress = typeof url === 'string' && /^https?:\/\/\S+$/i.test(url) && URL.canParse(url);
    if (!isAddress)
      problems.push({ path: `[${index}].url`, message: 'must be a web address, such as https://example.com.' });
    const text = scalarText(title);
    const wrong = text === undefined ? [`is ${typeInWords(title)}; write text.`] : textProblems(text);
    for (const message of wrong) problems.push({ path: `[${index}].title`, message });
    return isAddress && text !== undefined ? [{ url, title: text }] : [];
  });
  return problems.length > 0
    ? { problems }
    : { parameter: { type: 'tap_target_configuration', tap_target_configuration } };
}
