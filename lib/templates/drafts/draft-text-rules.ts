import type { ValidationProblem } from '../../errors.js';
import { bodyVariableProblems, bracesProblems } from './draft-variable-rules.js';
import { placeholderNames, isPosition } from '../variables/template-part.js';
import type { TemplateComponent, NamedExample } from '../template-component.js';
import { FOOTER_LENGTH, HEADER_LENGTH, OFFER_LENGTH, codePointLength } from '../variables/values/text-value.js';

const CODE_MINUTES = { least: 1, most: 90 };

/** What Meta would refuse in a header. */
export function headerProblems(header: TemplateComponent, path: string, hasOffer: boolean): ValidationProblem[] {
  const format = (header.format ?? '').toUpperCase();
  if (format === '')
    return [{ path: `${path}.format`, message: 'is missing; write TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION.' }];
  if (hasOffer && format !== 'IMAGE' && format !== 'VIDEO') {
    return [{ path: `${path}.format`, message: 'must be IMAGE or VIDEO in a template with a limited-time offer.' }];
  }
  if (format === 'TEXT') {
    const problems = [
      ...lengthProblems(header.text, HEADER_LENGTH, `${path}.text`),
      ...bracesProblems(header.text, `${path}.text`),
    ];
    if (placeholderNames(header.text ?? '').length > 1) {
      problems.push({ path: `${path}.text`, message: 'has more than one variable; Meta takes one in a header.' });
    }
    return [...problems, ...headerExampleProblems(header, path)];
  }
  const needsFile = ['IMAGE', 'VIDEO', 'DOCUMENT', 'GIF'].includes(format);
  if (!needsFile || header.example?.header_handle?.[0]) return [];
  const message = 'is missing; upload an example file and write its handle in a list.';
  return [{ path: `${path}.example.header_handle`, message }];
}

/** What Meta would refuse in a body of at most `most` characters. */
export function bodyProblems(body: TemplateComponent, path: string, most: number): ValidationProblem[] {
  return [
    ...lengthProblems(body.text, most, `${path}.text`),
    ...bracesProblems(body.text, `${path}.text`),
    ...bodyVariableProblems(body.text ?? '', `${path}.text`),
    ...bodyExampleProblems(body, path),
  ];
}

/** What Meta would refuse in a footer; in an authentication template it says when the code expires. */
export function footerProblems(
  footer: TemplateComponent,
  path: string,
  isAuthentication: boolean,
): ValidationProblem[] {
  const minutes = footer.code_expiration_minutes;
  if (isAuthentication && minutes !== undefined) {
    const isRight = Number.isInteger(minutes) && minutes >= CODE_MINUTES.least && minutes <= CODE_MINUTES.most;
    const message = `must be ${CODE_MINUTES.least} to ${CODE_MINUTES.most} whole minutes.`;
    return isRight ? [] : [{ path: `${path}.code_expiration_minutes`, message }];
  }
  const problems = lengthProblems(footer.text, FOOTER_LENGTH, `${path}.text`);
  if (footer.text?.includes('{{')) {
    problems.push({ path: `${path}.text`, message: 'has a variable, which Meta takes in no footer; leave it out.' });
  }
  return problems;
}

/** What Meta would refuse in a limited-time offer. */
export function offerProblems(offer: TemplateComponent, path: string): ValidationProblem[] {
  return lengthProblems(offer.limited_time_offer?.text, OFFER_LENGTH, `${path}.limited_time_offer.text`);
}

/** What is wrong with a text that must be there and be no longer than `most` characters. */
export function lengthProblems(text: string | undefined, most: number, path: string): ValidationProblem[] {
  if (typeof text !== 'string' || text.trim() === '') return [{ path, message: 'is missing; write a text.' }];
  const length = codePointLength(text);
  return length > most ? [{ path, message: `has ${length} characters; Meta takes at most ${most}.` }] : [];
}

/** What is missing of the examples that Meta's reviewers need for a header's variable. */
function headerExampleProblems({ text, example }: TemplateComponent, path: string): ValidationProblem[] {
  return exampleProblems(text, example?.header_text, example?.header_text_named_params, {
    positional: `${path}.example.header_text`,
    named: `${path}.example.header_text_named_params`,
    shape: 'a list with one value for each variable: ["Jo"]',
  });
}

/** What is missing of the examples that Meta's reviewers need for a body's variables. */
function bodyExampleProblems({ text, example }: TemplateComponent, path: string): ValidationProblem[] {
  const values = example?.body_text?.[0];
  return exampleProblems(text, Array.isArray(values) ? values : undefined, example?.body_text_named_params, {
    positional: `${path}.example.body_text`,
    named: `${path}.example.body_text_named_params`,
    shape: 'a list in a list, with one value for each variable: [["Jo", "12"]]',
  });
}

function exampleProblems(
  text: string | undefined,
  values: readonly unknown[] | undefined,
  named: readonly NamedExample[] | undefined,
  { positional, named: namedPath, shape }: { positional: string; named: string; shape: string },
): ValidationProblem[] {
  const names = placeholderNames(text ?? '');
  if (names.length === 0) return [];
  if (names.every(isPosition)) {
    const isComplete = values?.length === names.length && values.every(isExample);
    return isComplete ? [] : [{ path: positional, message: `must be ${shape}.` }];
  }
  const given = new Map((named ?? []).map(({ param_name, example }) => [param_name, example]));
  return names
    .filter((name) => !isExample(given.get(name)))
    .map((name) => ({ path: namedPath, message: `lacks {"param_name": "${name}", "example": "…"}.` }));
}

function isExample(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
