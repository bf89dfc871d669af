import type { ComponentChildren, JSX } from 'preact';
import { formattedParts, type TextPart } from '../whatsapp-formatting.js';

/**
 * A text as WhatsApp shows it, in elements: what a stranger wrote is never markup.
 * @param plain shows a part that has no formatting of its own, say with the links or the variables that are in it
 */
export function FormattedText({
  text,
  plain = asItIs,
}: {
  readonly text: string;
  readonly plain?: (text: string) => ComponentChildren;
}): JSX.Element {
  return <span class="formatted">{shown(formattedParts(text), plain)}</span>;
}

const asItIs = (text: string): ComponentChildren => text;

const shown = (parts: readonly TextPart[], plain: (text: string) => ComponentChildren): ComponentChildren =>
  parts.map((part) => {
    if (typeof part === 'string') return plain(part);
    const { as: Element, parts: inner } = part;
    return <Element>{shown(inner, plain)}</Element>;
  });
