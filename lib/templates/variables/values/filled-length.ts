import type { Problem } from '../../../errors.js';
import { codePointLength } from './code-points.js';
import type { MessageParameter } from '../../message-component.js';
import { fillPlaceholders } from '../placeholders.js';
import { readableText } from './read-variable.js';
import type { TemplatePart } from '../template-part.js';
import type { TemplateVariable } from '../template-variable.js';
import { BODY_LENGTH, CARD_BODY_LENGTH, HEADER_LENGTH } from './text-limits.js';
import type { ValueSource } from '../value-source.js';

/** What Meta would refuse as too long once the values stand in the header and the body. */
export function filledLengthProblems(
  part: TemplatePart,
  parameters: ReadonlyMap<TemplateVariable, MessageParameter>,
  source: ValueSource,
): Problem[] {
  const bodyLength = part.card === undefined ? BODY_LENGTH : CARD_BODY_LENGTH;
  return [
    ...lengthProblem('header', part.header?.text, HEADER_LENGTH),
    ...lengthProblem('body', part.body?.text, bodyLength),
  ];

  function lengthProblem(what: 'header' | 'body', text: string | undefined, most: number): Problem[] {
    const values = new Map<string, string>();
    let longest: { variable: TemplateVariable; length: number } | undefined;
    for (const [variable, parameter] of parameters) {
      if (variable.component !== what.toUpperCase() || variable.placeholder === undefined) continue;
      const value = readableText(parameter);
      values.set(variable.placeholder, value);
      const length = codePointLength(value);
      if (!longest || length > longest.length) longest = { variable, length };
    }
    const length = codePointLength(fillPlaceholders(text ?? '', values));
    if (!longest || length <= most) return [];
    const message = `makes the ${what} ${length} characters long; Meta takes at most ${most}, so shorten it by ${length - most}.`;
    return [{ path: source.valueOf(longest.variable).path, message }];
  }
}
