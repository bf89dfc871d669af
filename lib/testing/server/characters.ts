/** How many characters a text has as Meta counts them: an emoji that takes two UTF-16 units is one. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}
