import type * as TypeScript from 'typescript';

type Parser = typeof TypeScript;

/** A name to import into a file. */
export interface NamedImport {
  readonly name: string;
  readonly from: string;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Of main.ts: what is given to `NestFactory.create()`, and where that comes from. Undefined if it is not to be seen. */
export function findRootModule(ts: Parser, main: string): NamedImport | undefined {
  const source = parse(ts, main);
  const [root] = findCreation(ts, source)?.call.arguments ?? [];
  if (!root || !ts.isIdentifier(root)) return undefined;
  const from = importsOf(ts, source).find(({ names }) => names.includes(root.text))?.from;
  return from?.startsWith('.') ? { name: root.text, from } : undefined;
}

/** main.ts with `setupWhatsApp(app)` and shutdown hooks; undefined if it makes its app in a way of its own. */
export function addSetup(ts: Parser, main: string): string | undefined {
  const source = parse(ts, main);
  const creation = findCreation(ts, source);
  if (!creation) return undefined;
  const { app, statement } = creation;
  const calls = [
    ...(main.includes('setupWhatsApp(') ? [] : [`setupWhatsApp(${app});`]),
    ...(main.includes('enableShutdownHooks(') ? [] : [`${app}.enableShutdownHooks();`]),
  ];
  if (calls.length === 0) return main;
  const at = endOfLine(main, statement.getEnd());
  const indent = indentAt(main, statement.getStart());
  return apply(main, [
    ...importEdits(ts, source, [{ name: 'setupWhatsApp', from: 'nestjs-whatsapp' }]),
    { start: at, end: at, text: calls.map((call) => `\n${indent}${call}`).join('') },
  ]);
}

/** A module's source with more in its `imports`; undefined if these are no list that is written there. */
export function addToImports(
  ts: Parser,
  text: string,
  className: string,
  elements: readonly string[],
  imports: readonly NamedImport[],
): string | undefined {
  const source = parse(ts, text);
  const metadata = findModuleMetadata(ts, source, className);
  const edit = metadata && importsEdit(ts, text, metadata, elements);
  return edit && apply(text, [...importEdits(ts, source, imports), edit]);
}

const parse = (ts: Parser, text: string) => ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);

function findCreation(ts: Parser, source: TypeScript.SourceFile) {
  for (const node of nodesOf(ts, source)) {
    if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || !node.initializer) continue;
    const call = ts.isAwaitExpression(node.initializer) ? node.initializer.expression : node.initializer;
    const statement = node.parent.parent;
    if (!ts.isCallExpression(call) || !ts.isVariableStatement(statement)) continue;
    if (call.expression.getText() === 'NestFactory.create') return { app: node.name.text, call, statement };
  }
  return undefined;
}

function* nodesOf(ts: Parser, node: TypeScript.Node): Generator<TypeScript.Node> {
  yield node;
  const children: TypeScript.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodesOf(ts, child);
}

function findModuleMetadata(ts: Parser, source: TypeScript.SourceFile, className: string) {
  const found = source.statements.find((node) => ts.isClassDeclaration(node) && node.name?.text === className);
  if (!found || !ts.canHaveDecorators(found)) return undefined;
  for (const { expression } of ts.getDecorators(found) ?? []) {
    if (!ts.isCallExpression(expression) || expression.expression.getText() !== 'Module') continue;
    const [metadata] = expression.arguments;
    if (metadata && ts.isObjectLiteralExpression(metadata)) return metadata;
  }
  return undefined;
}

function importsEdit(
  ts: Parser,
  text: string,
  metadata: TypeScript.ObjectLiteralExpression,
  elements: readonly string[],
): Edit | undefined {
  const property = metadata.properties.find((candidate) => candidate.name?.getText() === 'imports');
  if (!property) {
    const start = metadata.getStart() + 1;
    const indent = indentAt(text, start);
    const isEmpty = metadata.properties.length === 0;
    const written = `\n${indent}  imports: [${listOf([], elements, `${indent}  `)}],${isEmpty ? `\n${indent}` : ''}`;
    return { start, end: start, text: written };
  }
  if (!ts.isPropertyAssignment(property) || !ts.isArrayLiteralExpression(property.initializer)) return undefined;
  const list = property.initializer;
  const [first] = list.elements;
  const last = list.elements.at(-1);
  const start = list.getStart() + 1;
  const end = list.getEnd() - 1;
  const indent = indentAt(text, property.getStart());
  if (!first || !last) return { start: text.slice(0, end).trimEnd().length, end, text: listOf([], elements, indent) };
  if (text.slice(start, first.getStart()).includes('\n')) {
    const more = lines(elements, indentAt(text, first.getStart())).replace(/,$/, '');
    return { start: last.getEnd(), end: last.getEnd(), text: `,${more}` };
  }
  return { start, end, text: listOf([text.slice(start, last.getEnd()).trim()], elements, indent) };
}

/** What goes between the brackets of a property's list: on its line if it fits there. */
function listOf(present: readonly string[], elements: readonly string[], indent: string): string {
  const inline = [...present, ...elements].join(', ');
  if (!inline.includes('\n') && `${indent}imports: [${inline}],`.length <= 80) return inline;
  const kept = present.map((element) => `\n${indent}  ${element.replaceAll('\n', '\n  ')},`).join('');
  return `${kept}${lines(elements, `${indent}  `)}\n${indent}`;
}

const lines = (elements: readonly string[], indent: string): string =>
  elements.map((element) => `\n${element.replaceAll(/^/gm, indent)},`).join('');

function importEdits(ts: Parser, source: TypeScript.SourceFile, imports: readonly NamedImport[]): Edit[] {
  const present = new Set(importsOf(ts, source).flatMap(({ names }) => names));
  const missing = imports.filter(({ name }) => !present.has(name));
  if (missing.length === 0) return [];
  const last = source.statements.findLast((node) => ts.isImportDeclaration(node));
  const quote = last?.getText().includes('"') ? '"' : "'";
  const written = missing.map(({ name, from }) => `import { ${name} } from ${quote}${from}${quote};`);
  if (!last) return [{ start: 0, end: 0, text: `${written.join('\n')}\n` }];
  const at = endOfLine(source.text, last.getEnd());
  return [{ start: at, end: at, text: written.map((line) => `\n${line}`).join('') }];
}

function importsOf(ts: Parser, source: TypeScript.SourceFile) {
  return source.statements.filter(ts.isImportDeclaration).map(({ importClause, moduleSpecifier }) => {
    const bindings = importClause?.namedBindings;
    const named = bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
    return {
      names: importClause?.name ? [importClause.name.text, ...named] : named,
      from: ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '',
    };
  });
}

/** After a comment at the end of the line, too, but not after more code. */
function endOfLine(text: string, at: number): number {
  const [rest = ''] = /^[ \t]*(\/\/[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(at)) ?? [];
  return at + rest.length;
}

function indentAt(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** From the end on, so that positions stay right. */
function apply(text: string, edits: readonly Edit[]): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  let result = text;
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, edit.start) + edit.text.replaceAll(/\r?\n/g, end) + result.slice(edit.end);
  }
  return result;
}
