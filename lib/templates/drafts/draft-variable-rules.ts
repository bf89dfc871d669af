import type { ValidationProblem } from '../../errors.js';
import { isPosition, parsePlaceholders, placeholderNames, type Placeholder } from '../variables/template-part.js';
import { componentOf, isSameWord, type TemplateComponent } from '../template-component.js';
import type { TemplateDraft } from './template-draft.js';

/** Braces that look like a variable and are none, such as `{{first name}}` or `{{$x}}`. */
export function bracesProblems(text: string | undefined, path: string): ValidationProblem[] {
  const rest = parsePlaceholders(text ?? '').reduce((left, { source }) => left.replace(source, ' '), text ?? '');
  if (!/\{\{|\}\}/.test(rest)) return [];
  const message = 'has braces that are no variable; write {{1}}, or a name of a to z, digits and underscores in {{ }}.';
  return [{ path, message }];
}

/** Where Meta takes no variable in a body: at the start, at the end, or next to another. */
export function bodyVariableProblems(text: string, path: string): ValidationProblem[] {
  const placeholders = parsePlaceholders(text);
  const gaps = gapsOf(text, placeholders);
  if (placeholders.length === 0) return [];
  const problems: ValidationProblem[] = [];
  if (gaps[0]?.trim() === '') problems.push({ path, message: 'starts with a variable; write a word before it.' });
  if (gaps.at(-1)?.trim() === '')
    problems.push({ path, message: 'ends with a variable; write a word or a full stop after it.' });
  if (gaps.slice(1, -1).some((gap) => gap.trim() === '')) {
    problems.push({ path, message: 'has two variables side by side; write a word between them.' });
  }
  return problems;
}

/** Whether the variables of all texts go together: numbered from 1 in each text, or all named, as the format says. */
export function variableFormatProblems(draft: TemplateDraft): ValidationProblem[] {
  const texts = textsOf(draft.components, 'components');
  const names = texts.flatMap(({ names: own }) => own);
  const numbers = names.filter(isPosition);
  if (numbers.length > 0 && numbers.length < names.length) {
    return [
      { path: 'components', message: 'mix numbered and named variables; write {{1}}, {{2}} or names, not both.' },
    ];
  }
  const isNamed = names.length > 0 && numbers.length === 0;
  if (isNamed) return [...formatProblems(draft, 'NAMED'), ...texts.flatMap(namedProblems)];
  return [...(names.length > 0 ? formatProblems(draft, 'POSITIONAL') : []), ...texts.flatMap(numberedProblems)];
}

interface DraftText {
  readonly path: string;
  readonly names: readonly string[];
}

function textsOf(components: readonly TemplateComponent[], root: string): DraftText[] {
  const own = components.flatMap((component, index) => {
    const isText = isSameWord(component?.type, 'HEADER') || isSameWord(component?.type, 'BODY');
    return isText ? { path: `${root}[${index}].text`, names: placeholderNames(component.text ?? '') } : [];
  });
  const carousel = componentOf(components, 'CAROUSEL');
  const cards = carousel?.cards ?? [];
  const index = carousel ? components.indexOf(carousel) : -1;
  return [
    ...own,
    ...cards.flatMap((card, at) => textsOf(card.components ?? [], `${root}[${index}].cards[${at}].components`)),
  ];
}

function formatProblems({ parameterFormat }: TemplateDraft, expected: 'NAMED' | 'POSITIONAL'): ValidationProblem[] {
  const other = expected === 'NAMED' ? 'POSITIONAL' : 'NAMED';
  if (!isSameWord(parameterFormat || 'POSITIONAL', other)) return [];
  const kind = expected === 'NAMED' ? 'named' : 'numbered';
  return [{ path: 'parameterFormat', message: `must be ${expected}, for the variables are ${kind}.` }];
}

function namedProblems({ path, names }: DraftText): ValidationProblem[] {
  return names
    .filter((name) => !/^[a-z_][a-z0-9_]*$/.test(name))
    .map((name) => ({
      path,
      message: `has a variable {{${name}}}; write its name in lower case, such as first_name.`,
    }));
}

function numberedProblems({ path, names }: DraftText): ValidationProblem[] {
  if (names.every((name, index) => name === String(index + 1))) return [];
  return [{ path, message: 'must number its variables from 1 without gaps: {{1}}, {{2}}, {{3}}.' }];
}

function gapsOf(text: string, placeholders: readonly Placeholder[]): string[] {
  const ends = [0, ...placeholders.map(({ index, source }) => index + source.length)];
  return ends.map((end, gap) => text.slice(end, placeholders[gap]?.index));
}
