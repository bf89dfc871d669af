import {
  componentOf,
  isSameWord,
  type TemplateComponent,
  type TemplateDefinition,
  isOneTimeCodeButton,
  type TemplateButton,
} from '../template-component.js';
import type { TemplateVariable } from './template-variable.js';

/** What has a header, a body and buttons of its own: the template itself, or a card of its carousel. */
export interface TemplatePart {
  /** Which card of the carousel, from 0; absent for the template itself. */
  readonly card?: number;
  /** Whether the variables have names instead of numbers. */
  readonly named: boolean;
  readonly header?: TemplateComponent;
  readonly body?: TemplateComponent;
  readonly footer?: TemplateComponent;
  readonly offer?: TemplateComponent;
  readonly buttons: readonly TemplateButton[];
  /** Components of kinds that this module does not know. */
  readonly unknown: readonly TemplateComponent[];
}

/** A template taken apart. */
export interface TemplateParts {
  readonly main: TemplatePart;
  readonly cards: readonly TemplatePart[];
}

/** What Meta writes itself when an authentication template is created without a text. */
const ONE_TIME_CODE_BODY = '*{{1}}* is your verification code.';

const KNOWN_TYPES = new Set(['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER']);

interface TakenApart {
  readonly category: string | undefined;
  readonly parameterFormat: string | undefined;
  readonly parts: TemplateParts;
}

/** A bulk send fills one template a million times: it is taken apart once. */
const takenApart = new WeakMap<readonly TemplateComponent[], TakenApart>();

/** Takes a template apart into itself and the cards of its carousel. */
export function partsOf(template: TemplateDefinition): TemplateParts {
  const { components, category, parameterFormat } = template;
  const known = takenApart.get(components);
  if (known && known.category === category && known.parameterFormat === parameterFormat) return known.parts;
  const parts = takeApart(template);
  takenApart.set(components, { category, parameterFormat, parts });
  return parts;
}

function takeApart(template: TemplateDefinition): TemplateParts {
  const named = hasNamedVariables(template);
  const cards = componentOf(template.components, 'CAROUSEL')?.cards ?? [];
  return {
    main: partOf(template.components, named, isSameWord(template.category, 'AUTHENTICATION')),
    cards: cards.map((card, index) => ({ ...partOf(card.components ?? [], named, false), card: index })),
  };
}

function partOf(components: readonly TemplateComponent[], named: boolean, authentication: boolean): TemplatePart {
  const buttons = componentOf(components, 'BUTTONS')?.buttons ?? [];
  const body = componentOf(components, 'BODY');
  const presetBody = !body?.text && (authentication || buttons.some(isOneTimeCodeButton));
  return {
    named,
    header: componentOf(components, 'HEADER'),
    body: presetBody ? { type: 'BODY', text: ONE_TIME_CODE_BODY } : body,
    footer: componentOf(components, 'FOOTER'),
    offer: componentOf(components, 'LIMITED_TIME_OFFER'),
    buttons,
    unknown: components.filter((component) => !KNOWN_TYPES.has(String(component?.type).toUpperCase())),
  };
}

/**
 * Whether Meta knows the template's variables by name. `{{name}}` cannot be sent by position, so a text with such a
 * variable decides even where the format says otherwise or nothing.
 */
function hasNamedVariables(template: TemplateDefinition): boolean {
  if (isSameWord(template.parameterFormat, 'NAMED')) return true;
  const cards = componentOf(template.components, 'CAROUSEL')?.cards ?? [];
  return [template.components, ...cards.map((card) => card.components ?? [])]
    .flat()
    .filter((component) => isSameWord(component?.type, 'HEADER') || isSameWord(component?.type, 'BODY'))
    .some((component) => parsePlaceholders(component.text ?? '').some(({ name }) => !isPosition(name)));
}

const HEADER = { component: 'HEADER', position: 1, isRequired: true } as const;

/** What the header takes: a text's variables, or one medium, place or product. */
export function headerVariables(part: TemplatePart): TemplateVariable[] {
  switch (headerFormatOf(part)) {
    case 'TEXT':
      return textVariables(part);
    case 'IMAGE':
      return [{ ...HEADER, name: 'header_image', type: 'IMAGE', kind: 'IMAGE' }];
    case 'VIDEO':
      return [{ ...HEADER, name: 'header_video', type: 'VIDEO', kind: 'VIDEO' }];
    case 'GIF':
      return [{ ...HEADER, name: 'header_gif', type: 'VIDEO', kind: 'GIF' }];
    case 'DOCUMENT':
      return [{ ...HEADER, name: 'header_document', type: 'DOCUMENT', kind: 'DOCUMENT' }];
    case 'LOCATION':
      return [{ ...HEADER, name: 'header_location', type: 'LOCATION', kind: 'LOCATION' }];
    case 'PRODUCT':
      return [{ ...HEADER, name: 'header_product', type: 'TEXT', kind: 'PRODUCT' }];
    default:
      return [];
  }
}

/** The header's format in upper case; `TEXT` when Meta names none, and undefined without a header. */
export function headerFormatOf(part: TemplatePart): string | undefined {
  return part.header && (part.header.format || 'TEXT').toUpperCase();
}

/** Whether a header of it, or of a card of its carousel, plays like a GIF. */
export function hasGifHeader({ components }: Pick<TemplateDefinition, 'components'>): boolean {
  const cards = componentOf(components, 'CAROUSEL')?.cards ?? [];
  return [components, ...cards.map((card) => card.components ?? [])].some((part) =>
    isSameWord(componentOf(part, 'HEADER')?.format, 'GIF'),
  );
}

function textVariables(part: TemplatePart): TemplateVariable[] {
  const { header_text: positional, header_text_named_params: named } = part.header?.example ?? {};
  const inBody = new Set(placeholderNames(part.body?.text ?? ''));
  return placeholderNames(part.header?.text ?? '').map((placeholder, index) => ({
    ...HEADER,
    // One name means one value, except for numbers: the header and the body each count from 1.
    name: !part.named && inBody.has(placeholder) ? `header_${placeholder}` : placeholder,
    type: 'TEXT',
    kind: 'TEXT',
    position: isPosition(placeholder) ? Number(placeholder) : index + 1,
    placeholder,
    ...(part.named && inBody.has(placeholder) && { headerName: headerNameOf(placeholder, inBody) }),
    example: part.named ? named?.find((one) => one.param_name === placeholder)?.example : positional?.[index],
  }));
}

/** A variable of the body may be called so already. */
function headerNameOf(placeholder: string, inBody: ReadonlySet<string>): string {
  const name = `header_${placeholder}`;
  return inBody.has(name) ? headerNameOf(name, inBody) : name;
}

/** A variable in a template's text, such as `{{1}}` or `{{ name }}`. */
export interface Placeholder {
  /** What is in the braces, without the space around it. */
  readonly name: string;
  /** Where it starts in the text, in UTF-16 units. */
  readonly index: number;
  /** As written, braces and all. */
  readonly source: string;
}

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;
const POSITION = /^[0-9]+$/;

/** Every placeholder of a text in order of appearance; whatever else has braces is plain text. */
export function parsePlaceholders(text: string): Placeholder[] {
  return Array.from(text.matchAll(PLACEHOLDER), (match) => ({
    name: match[1] ?? '',
    index: match.index,
    source: match[0],
  }));
}

/** Whether a placeholder is a number, as in a positional template. */
export function isPosition(name: string): boolean {
  return POSITION.test(name);
}

/**
 * The names in a text, each once, in the order in which Meta wants their parameters: by number when all are numbers,
 * by appearance otherwise.
 */
export function placeholderNames(text: string): string[] {
  const names = [...new Set(parsePlaceholders(text).map((placeholder) => placeholder.name))];
  return names.every(isPosition) ? names.toSorted((one, other) => Number(one) - Number(other)) : names;
}

/** The text with its values in place. A placeholder without a value stays; values are never read as placeholders. */
export function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(PLACEHOLDER, (source, name: string) => values.get(name) ?? source);
}
