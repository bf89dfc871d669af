import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

type Declaration =
  | ts.ClassDeclaration
  | ts.FunctionDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.VariableStatement;

const sources = new Map<string, ts.SourceFile>();

function sourceOf(file: string): ts.SourceFile {
  const known = sources.get(file);
  if (known) return known;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  sources.set(file, source);
  return source;
}

const fileOf = (from: string, { text }: ts.StringLiteral): string => join(dirname(from), text.replace(/\.js$/, '.ts'));

/** What an entry point exports by name, each with its declaration. A namespace of types is documented where these are. */
function exportsOf(file: string): (readonly [name: string, declaration: Declaration])[] {
  return sourceOf(file).statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause) return [];
    const { exportClause, moduleSpecifier } = statement;
    if (!ts.isNamedExports(exportClause) || !moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return [];
    const from = fileOf(file, moduleSpecifier);
    return exportClause.elements.map(
      ({ name, propertyName }) => [name.text, find(from, (propertyName ?? name).text)] as const,
    );
  });
}

function find(file: string, name: string): Declaration {
  const found = sourceOf(file).statements.find(
    (statement): statement is Declaration =>
      ((ts.isClassDeclaration(statement) ||
        ts.isFunctionDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement)) &&
        statement.name?.text === name) ||
      (ts.isVariableStatement(statement) &&
        statement.declarationList.declarations.some((one) => ts.isIdentifier(one.name) && one.name.text === name)),
  );
  const again = exportsOf(file).find(([exported]) => exported === name);
  if (!found && !again) throw new Error(`${file} has no declaration of ${name}.`);
  return found ?? again![1];
}

const docsOf = (node: ts.Node): readonly ts.JSDoc[] => ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);

/** Of the two accessors of a property, one has the description of both. */
const isDocumented = (node: ts.Node): boolean =>
  [node, ...otherAccessors(node)].some((one) => docsOf(one).some(({ comment }) => comment !== undefined));

function otherAccessors(node: ts.Node): ts.Node[] {
  if (!ts.isAccessor(node) || !ts.isClassDeclaration(node.parent)) return [];
  const name = node.name.getText();
  return node.parent.members.filter((member) => ts.isAccessor(member) && member.name.getText() === name);
}

const isTagged = (node: ts.Node): boolean =>
  docsOf(node).some(({ tags }) => tags?.some(({ tagName }) => tagName.text === 'publicApi'));

const HIDDEN = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;

/** Members that users see: of a class those that are public and its own, with the properties of its constructor. */
function membersOf(declaration: Declaration): ts.NamedDeclaration[] {
  if (ts.isTypeAliasDeclaration(declaration)) {
    return ts.isTypeLiteralNode(declaration.type) ? [...declaration.type.members] : [];
  }
  if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) return [];
  const members: ts.NamedDeclaration[] = [...declaration.members];
  return members
    .flatMap((member) =>
      ts.isConstructorDeclaration(member)
        ? member.parameters.filter((parameter) => ts.isParameterPropertyDeclaration(parameter, member))
        : [member],
    )
    .filter((member) => member.name && !ts.isPrivateIdentifier(member.name))
    .filter((member) => (ts.getCombinedModifierFlags(member) & (HIDDEN | ts.ModifierFlags.Override)) === 0);
}

describe.each(['lib/index.ts', 'lib/testing/index.ts'])('What %s exports', (entry) => {
  const exported = exportsOf(entry);

  it('is documented, with every member that users see', () => {
    const undocumented = exported.flatMap(([name, declaration]) => [
      ...(isDocumented(declaration) ? [] : [name]),
      ...membersOf(declaration)
        .filter((member) => !isDocumented(member))
        .map((member) => `${name}.${member.name?.getText() ?? ''}`),
    ]);
    expect(undocumented).toEqual([]);
  });

  it('is marked as public', () => {
    expect(exported.filter(([, declaration]) => !isTagged(declaration)).map(([name]) => name)).toEqual([]);
  });
});
