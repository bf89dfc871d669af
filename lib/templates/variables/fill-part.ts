import type { Problem } from '../../errors.js';
import { componentsOfPart } from './components-of-part.js';
import { filledLengthProblems } from './values/filled-length.js';
import type { MessageComponent, MessageParameter } from '../message-component.js';
import { readVariable } from './values/read-variable.js';
import type { TemplatePart } from './template-part.js';
import type { TemplateVariable } from './template-variable.js';
import { isFilledFromBody, oneTimeCodeOf, variablesOfPart } from './template-variables.js';
import { textOf } from './values/text-value.js';
import { unsendableReasons } from './unsendable.js';
import type { ValueSource } from './value-source.js';
import { placeOf } from './variable-place.js';

/** A part with its values read: everything that is wrong, and Meta's components when nothing is. */
export interface FilledPart {
  readonly problems: readonly Problem[];
  readonly components: readonly MessageComponent[];
}

/** Reads every value of a part. One pass serves checking and resolving, so that the two cannot disagree. */
export function fillPart(part: TemplatePart, source: ValueSource): FilledPart {
  const variables = variablesOfPart(part);
  const parameters = new Map<TemplateVariable, MessageParameter>();
  let problems: Problem[] = unsendableReasons(part).map((message) => ({ path: source.root, message }));
  for (const variable of variables) {
    if (isFilledFromBody(variable, variables)) continue;
    const { path, value } = source.valueOf(variable);
    if (value === undefined) {
      const missing = variable.isRequired && source.missing(variable, placeOf(part, variable));
      if (missing) problems.push(missing);
      continue;
    }
    const reading = readVariable(part, variable, value);
    if ('parameter' in reading) parameters.set(variable, reading.parameter);
    else problems = [...problems, ...reading.problems.map((problem) => ({ ...problem, path: path + problem.path }))];
  }
  problems = [
    ...problems,
    ...copyOneTimeCode(variables, parameters, source),
    ...filledLengthProblems(part, parameters, source),
  ];
  return { problems, components: problems.length > 0 ? [] : componentsOfPart(part, parameters) };
}

function copyOneTimeCode(
  variables: readonly TemplateVariable[],
  parameters: Map<TemplateVariable, MessageParameter>,
  source: ValueSource,
): Problem[] {
  const inBody = oneTimeCodeOf(variables);
  const code = inBody && parameters.get(inBody);
  if (code?.type !== 'text') return [];
  return variables
    .filter((variable) => isFilledFromBody(variable, variables))
    .flatMap((variable) => {
      parameters.set(variable, { type: 'text', text: code.text });
      const { path, value } = source.valueOf(variable);
      if (value === undefined || textOf(value) === code.text) return [];
      return { path, message: "differs from the body's one-time code; the two must be the same." };
    });
}
