import { fillPlaceholders } from './placeholders.js';
import { headerFormatOf } from './header-variables.js';
import { readableText, readVariable } from './values/read-variable.js';
import { isObject } from './values/reading.js';
import type { TemplateDefinition } from '../template-component.js';
import { partsOf, type TemplatePart } from './template-part.js';
import { hasOneTimeCode } from './template-secrets.js';
import type { TemplateVariable } from './template-variable.js';
import { variablesOfPart } from './template-variables.js';
import { valuesByName } from './values-by-name.js';
import type { TemplateVariables } from './variable-values.js';

const MASK = '••••••';

/**
 * The text that a person reads: header, offer, body, footer and the buttons' labels in brackets, one a line; then each
 * card of a carousel. A variable without a usable value stays as `{{name}}`. One-time codes are masked, given or not.
 */
export function previewTemplate(template: TemplateDefinition, input: TemplateVariables = {}): string {
  const { main, cards } = partsOf(template);
  const isMasked = hasOneTimeCode(template);
  const givenCards: readonly unknown[] = Array.isArray(input.cards) ? input.cards : [];
  return [
    previewPart(main, input, isMasked),
    ...cards.map((card, index) => previewPart(card, givenCards[index], isMasked)),
  ]
    .flat()
    .join('\n');
}

function previewPart(part: TemplatePart, input: unknown, isMasked: boolean): string[] {
  const { source } = valuesByName(part, isObject(input) ? input : {}, '');
  const values = { HEADER: new Map<string, string>(), BODY: new Map<string, string>() };
  for (const variable of variablesOfPart(part)) {
    if (variable.component === 'BUTTON' || variable.placeholder === undefined) continue;
    const value = isMasked ? MASK : shown(part, variable, source.valueOf(variable).value);
    if (value !== undefined) values[variable.component].set(variable.placeholder, value);
  }
  const lines = [
    headerLine(part, values.HEADER),
    part.offer?.limited_time_offer?.text,
    fillPlaceholders(part.body?.text ?? '', values.BODY),
    part.footer?.text,
    ...part.buttons.map((button) => (button.text ? `[${button.text}]` : undefined)),
  ];
  return lines.filter((line) => line !== undefined && line !== '').map(String);
}

function headerLine(part: TemplatePart, values: ReadonlyMap<string, string>): string | undefined {
  const format = headerFormatOf(part);
  if (format === undefined || format === 'NONE') return undefined;
  return format === 'TEXT' ? fillPlaceholders(part.header?.text ?? '', values) : `[${format.toLowerCase()}]`;
}

function shown(part: TemplatePart, variable: TemplateVariable, value: unknown): string | undefined {
  const reading = value === undefined ? undefined : readVariable(part, variable, value);
  return reading && 'parameter' in reading ? readableText(reading.parameter) : undefined;
}
