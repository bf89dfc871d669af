import type { TemplateButton, TemplateComponent } from './template.fixture.js';

/** A text and its variables. */
export interface TextOutline {
  readonly text: string;
  readonly variables: readonly string[];
}

export interface HeaderOutline {
  /** Upper case: `TEXT`, `IMAGE`, … */
  readonly format: string;
  readonly text: TextOutline;
}

export interface ButtonOutline {
  /** Upper case, as the template spells it. */
  readonly type: string;
  readonly url: TextOutline;
  /** Whether it carries a one-time code: Meta lists such a button as a URL to its `otp` address. */
  readonly isOneTimeCode: boolean;
}

/** What a send must fill: the part that a message and a carousel's card have in common. */
export interface PartOutline {
  readonly header: HeaderOutline | undefined;
  readonly body: TextOutline;
  readonly buttons: readonly ButtonOutline[];
}

/** What a send of a template must fill. */
export interface TemplateOutline extends PartOutline {
  readonly cards: readonly PartOutline[] | undefined;
  /** Whether the template is a limited-time offer, and whether that one expires. */
  readonly limitedTimeOffer: { readonly expires: boolean } | undefined;
}

/** Reads off a template's components what a send has to give. */
export function outlineOf(components: readonly TemplateComponent[]): TemplateOutline {
  const offer = find(components, 'LIMITED_TIME_OFFER');
  return {
    ...partOutlineOf(components),
    cards: find(components, 'CAROUSEL')?.cards?.map((card) => partOutlineOf(card.components)),
    limitedTimeOffer: offer && { expires: offer.limited_time_offer?.has_expiration ?? false },
  };
}

function partOutlineOf(components: readonly TemplateComponent[]): PartOutline {
  const header = find(components, 'HEADER');
  return {
    header: header && { format: (header.format ?? 'TEXT').toUpperCase(), text: textOutlineOf(header.text) },
    body: textOutlineOf(find(components, 'BODY')?.text),
    buttons: (find(components, 'BUTTONS')?.buttons ?? []).map(buttonOutlineOf),
  };
}

function buttonOutlineOf(button: TemplateButton): ButtonOutline {
  const type = button.type.toUpperCase();
  const url = textOutlineOf(button.url);
  const isOneTimeCode = type === 'OTP' || (type === 'URL' && /[?&]otp_type=|\/otp\/code/.test(url.text));
  return { type, url, isOneTimeCode };
}

function textOutlineOf(text = ''): TextOutline {
  return { text, variables: placeholdersOf(text) };
}

function find(components: readonly TemplateComponent[], type: string): TemplateComponent | undefined {
  return components.find((component) => component.type.toUpperCase() === type);
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The variables of a text, each once, in order of appearance: `['1', '2']` or `['first_name']`. */
export function placeholdersOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(PLACEHOLDER), ([, name = '']) => name))];
}

/** The text with its variables replaced. */
export function hydrate(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(PLACEHOLDER, (placeholder, name: string) => values.get(name) ?? placeholder);
}

/** Whether a variable is one of a positional template. */
export function isPositional(name: string): boolean {
  return /^\d+$/.test(name);
}
