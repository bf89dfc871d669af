// A string, which is passed over, or an integer of more digits than a double surely holds.
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\w.+-])-?\d{16,}(?![\d.eE])/g;
const LONG_INTEGER = /\d{16}/;

const SURROGATE = /\\u[dD][89a-fA-F]/;

// Every escape, of which those of surrogates are looked at: both halves of a character, or one that stands alone.
const ESCAPES = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|(u[dD][89a-fA-F][\da-fA-F]{2})|.)/g;

/**
 * Parses JSON without rounding: an integer that a double cannot hold, as ids of templates are, becomes a text of its digits.
 * Half a character, which no database takes, becomes U+FFFD.
 * @param reviver as `JSON.parse` takes it
 * @throws SyntaxError
 */
export function parseExactly(given: string, reviver?: (key: string, value: unknown) => unknown): unknown {
  const json = SURROGATE.test(given) ? given.replace(ESCAPES, wellFormed) : given;
  if (!LONG_INTEGER.test(json)) return JSON.parse(json, reviver);
  const exact = json.replace(TOKENS, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
  );
  return JSON.parse(exact, reviver);
}

const wellFormed = (escape: string, half: string | undefined): string =>
  half === undefined ? escape : String.raw`\ufffd`;
