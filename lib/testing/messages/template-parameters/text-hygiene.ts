import { templateParameterError } from '../../errors/refusals.js';
import type { Param } from '../../server/param.js';

/**
 * The text of a parameter, which must not be empty, nor have a newline, a tab or more than four spaces in a row: 132018.
 * See Meta's page "Error codes", template parameters.
 */
export function readText(text: Param, version: number): string {
  const value = text.string();
  if (!/[\r\n\t]| {5}/.test(value)) return value;
  const rule = 'cannot have new-line/tab characters or more than 4 consecutive spaces';
  throw templateParameterError(version, `Param ${text.path} ${rule}`);
}
