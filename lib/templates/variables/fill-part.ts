import type { ValidationProblem } from '../../errors.js';
import { componentsOfPart } from './component-values.js';
import type { TemplateMessageComponent, MessageParameter } from '../message-component.js';
import { readVariable, readableText } from './values/read-variable.js';
import { type TemplatePart, headerFormatOf, parsePlaceholders, fillPlaceholders } from './template-part.js';
import type { TemplateVariable, ValueSource } from './template-variable.js';
import { isFilledFromBody, oneTimeCodeOf, variablesOfPart } from './template-variables.js';
import { scalarText, BODY_LENGTH, CARD_BODY_LENGTH, HEADER_LENGTH, codePointLength } from './values/text-value.js';
import { placeOf, buttonInWords } from './variable-place.js';
import { buttonTypeOf } from '../template-component.js';

/** A part with its values read: everything that is wrong, and Meta's components when nothing is. */
export interface FilledPart {
  readonly problems: readonly ValidationProblem[];
  readonly components: readonly TemplateMessageComponent[];
}

/** Reads every value of a part. One pass serves checking and resolving, so that the two cannot disagree. */
export function fillPart(part: TemplatePart, source: ValueSource): FilledPart {
  const variables = variablesOfPart(part);
  const parameters = new Map<TemplateVariable, MessageParameter>();
  let problems: ValidationProblem[] = unsendableReasons(part).map((message) => ({ path: source.root, message }));
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
): ValidationProblem[] {
  const inBody = oneTimeCodeOf(variables);
  const code = inBody && parameters.get(inBody);
  if (code?.type !== 'text') return [];
  return variables
    .filter((variable) => isFilledFromBody(variable, variables))
    .flatMap((variable) => {
      parameters.set(variable, { type: 'text', text: code.text });
      const { path, value } = source.valueOf(variable);
      if (value === undefined || scalarText(value) === code.text) return [];
      return { path, message: "differs from the body's one-time code; the two must be the same." };
    });
}

const SENDABLE_HEADERS = new Set(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'PRODUCT', 'NONE']);

/** Why a part cannot be sent whatever is given: it needs input of a kind that this module cannot give. */
function unsendableReasons(part: TemplatePart): string[] {
  const reasons: string[] = [];
  const format = headerFormatOf(part);
  if (format === 'GIF') {
    reasons.push("cannot fill the template's GIF header, which only Meta's Marketing Messages API sends.");
  } else if (format && !SENDABLE_HEADERS.has(format)) {
    reasons.push(`cannot fill the template's header: its format ${format} is not known here.`);
  }
  for (const component of part.unknown.filter(({ text }) => parsePlaceholders(text ?? '').length > 0)) {
    reasons.push(
      `cannot fill the template's ${component.type} component, which has variables of a kind not known here.`,
    );
  }
  part.buttons.forEach((button, index) => {
    const hasVariable = parsePlaceholders(`${button.url ?? ''} ${button.text ?? ''}`).length > 0;
    if (hasVariable && buttonTypeOf(button) !== 'URL' && buttonTypeOf(button) !== 'OTP') {
      reasons.push(`cannot fill ${buttonInWords(part, index)}, which has a variable of a kind not known here.`);
    }
  });
  return reasons;
}

/** What Meta would refuse as too long once the values are in the header and the body. */
function filledLengthProblems(
  part: TemplatePart,
  parameters: ReadonlyMap<TemplateVariable, MessageParameter>,
  source: ValueSource,
): ValidationProblem[] {
  const bodyLength = part.card === undefined ? BODY_LENGTH : CARD_BODY_LENGTH;
  return [
    ...lengthProblem('header', part.header?.text, HEADER_LENGTH),
    ...lengthProblem('body', part.body?.text, bodyLength),
  ];

  function lengthProblem(what: 'header' | 'body', text: string | undefined, most: number): ValidationProblem[] {
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
