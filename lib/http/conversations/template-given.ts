import type { Problem } from '../../errors.js';
import { isJsonObject, type JsonObject } from '../../graph/json-object.js';
import { isIdentifier } from '../../identifier.js';

/** The language of a template in Meta's own shape: `{"language":{"code":"es"}}`. */
export function languageOf({ language }: JsonObject): unknown {
  return isJsonObject(language) ? language.code : language;
}

/** What is wrong with the words that name a template. @param paths what the client calls them */
export function templateProblems(
  given: { readonly name: unknown; readonly language: unknown },
  paths: { readonly name: string; readonly language: string },
): Problem[] {
  const problems: Problem[] = [];
  if (!isIdentifier(given.name, 512)) {
    problems.push({ path: paths.name, message: 'is required; write the name of a template, as Meta has it.' });
  }
  if (!isIdentifier(given.language, 32)) {
    problems.push({ path: paths.language, message: 'must be the code of a language, such as "es" or "en_US".' });
  }
  return problems;
}
