import { readFileSync } from 'node:fs';
import * as library from 'nestjs-whatsapp';
import * as testing from 'nestjs-whatsapp/testing';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { EXPORTS } from './exports.js';
import { TESTING_EXPORTS } from './testing-exports.js';

/** The names that an entry point exports, types included: as it lists them, one by one. */
function exportedNames(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  return source.statements.filter(ts.isExportDeclaration).flatMap(({ exportClause }) => {
    if (!exportClause) throw new Error(`${file} exports a whole file.`);
    if (ts.isNamespaceExport(exportClause)) return exportClause.name.text;
    return exportClause.elements.map(({ name }) => name.text);
  });
}

describe('The public API', () => {
  it.each([
    ['nestjs-whatsapp', 'lib/index.ts', EXPORTS, library],
    ['nestjs-whatsapp/testing', 'lib/testing/index.ts', TESTING_EXPORTS, testing],
  ])('of %s is what the list says', (_, file, expected, module) => {
    const names = exportedNames(file).toSorted();
    expect(names).toEqual(expected.toSorted());
    expect(names).toEqual(expect.arrayContaining(Object.keys(module)));
  });
});
