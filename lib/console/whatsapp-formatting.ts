/** A part of a text: as it is, or set off by an element. */
export type TextPart = string | { readonly as: TextElement; readonly parts: readonly TextPart[] };
export type TextElement = 'strong' | 'em' | 's' | 'code';

const MARKS: Readonly<Record<string, Exclude<TextElement, 'code'>>> = { '*': 'strong', _: 'em', '~': 's' };
const FENCE = '```';

/**
 * A text as WhatsApp sets it: `*bold*`, `_italic_`, `~struck~` within a line and at the edges of words, code in one backtick
 * or, over several lines, in three. All else is text.
 */
export function formattedParts(text: string): readonly TextPart[] {
  return partsOf(text, '');
}

/** @param within the marks that the text is in, of which none begins again */
function partsOf(text: string, within: string): TextPart[] {
  const parts: TextPart[] = [];
  let plain = 0;
  for (let at = 0; at < text.length;) {
    const found = elementAt(text, at, within);
    if (found) {
      if (at > plain) parts.push(text.slice(plain, at));
      parts.push(found.part);
      plain = at = found.end;
    } else {
      at += 1;
    }
  }
  if (plain < text.length) parts.push(text.slice(plain));
  return parts;
}

interface Found {
  readonly part: TextPart;
  readonly end: number;
}

function elementAt(text: string, at: number, within: string): Found | undefined {
  if (text.startsWith(FENCE, at)) {
    const end = text.indexOf(FENCE, at + FENCE.length + 1);
    return end === -1 ? undefined : code(text.slice(at + FENCE.length, end), end + FENCE.length);
  }
  const mark = text.charAt(at);
  if (mark === '`') {
    const end = closing(text, at);
    return end === undefined ? undefined : code(text.slice(at + 1, end), end + 1);
  }
  const as = MARKS[mark];
  if (as === undefined || within.includes(mark) || isInWord(text.charAt(at - 1))) return undefined;
  const end = closing(text, at);
  if (end === undefined) return undefined;
  return { part: { as, parts: partsOf(text.slice(at + 1, end), within + mark) }, end: end + 1 };
}

const code = (text: string, end: number): Found => ({ part: { as: 'code', parts: [text] }, end });

/** Where the mark at a place ends: in the same line, next to what it sets off, before no letter. */
function closing(text: string, at: number): number | undefined {
  const mark = text.charAt(at);
  if (isSpace(text.charAt(at + 1)) || text.charAt(at + 1) === mark) return undefined;
  for (let end = at + 2; end < text.length && text.charAt(end) !== '\n'; end += 1) {
    if (text.charAt(end) === mark && !isSpace(text.charAt(end - 1)) && !isInWord(text.charAt(end + 1))) return end;
  }
  return undefined;
}

const isInWord = (character: string): boolean => /[\p{L}\p{N}]/u.test(character);
const isSpace = (character: string): boolean => character.trim() === '';
