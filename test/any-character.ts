import * as fc from 'fast-check';

/** Any character of Unicode, for strings. fast-check's own `binary` unit takes seconds to make its tables. */
export const anyCharacter = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((code) => String.fromCodePoint(code));
