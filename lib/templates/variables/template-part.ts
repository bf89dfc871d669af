import {
  componentOf,
  isSameWord,
  type TemplateComponent,
  type TemplateDefinition,
  isOneTimeCodeButton,
  type TemplateButton,
} from '../template-component.js';
import { isPosition, parsePlaceholders } from './placeholders.js';

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
