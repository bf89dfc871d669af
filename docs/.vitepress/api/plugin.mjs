// A plugin of TypeDoc: what is Nest's business is left out, and fields of the HTTP APIs are described by their `@Field`.
import { Comment, Converter, ReflectionKind } from 'typedoc';
import { MemberRouter } from 'typedoc-plugin-markdown';
import ts from 'typescript';

const ENTRY_POINTS = new Map([
  ['index', 'nestjs-whatsapp'],
  ['testing', 'nestjs-whatsapp/testing'],
]);

export function load(app) {
  app.renderer.defineRouter('pages', Pages);
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kindOf(ReflectionKind.Module))
      reflection.name = ENTRY_POINTS.get(reflection.name) ?? reflection.name;
    if (!reflection.kindOf(ReflectionKind.Property) || reflection.comment) return;
    const text = textOf(declarationOf(reflection, context), context.checker);
    if (text) reflection.comment = new Comment([{ kind: 'text', text }]);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const one of context.project.getReflectionsByKind(ReflectionKind.Constructor)) {
      if (isInjectable(declarationOf(one.parent, context))) context.project.removeReflection(one);
    }
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const one of project.getReflectionsByKind(ReflectionKind.Parameter)) {
      if (one.name === '__namedParameters') one.name = 'options';
    }
  });
}

/** A page for each export, and one for all types of an HTTP API. */
class Pages extends MemberRouter {
  buildChildPages(reflection, pages) {
    const isOfApi = reflection.parent?.kindOf(ReflectionKind.Namespace) && !reflection.kindOf(ReflectionKind.Namespace);
    if (!isOfApi) return super.buildChildPages(reflection, pages);
    this.buildAnchors(reflection, reflection.parent);
  }
}

const declarationOf = (reflection, context) => context.getSymbolFromReflection(reflection)?.getDeclarations()?.[0];

const decoratorsOf = (node) => (node && ts.canHaveDecorators(node) && ts.getDecorators(node)) || [];

/** Whether Nest constructs it: users never do. */
const isInjectable = (node) => decoratorsOf(node).some((one) => one.getText().startsWith('@Injectable('));

/** What the decorators of a property say of it: a description, else an example, else what its class says of itself. */
function textOf(property, checker) {
  const given = decoratorsOf(property).flatMap(({ expression }) =>
    ts.isCallExpression(expression)
      ? expression.arguments.flatMap((argument) => propertiesOf(argument, checker)).toReversed()
      : [],
  );
  const valueOf = (name) => given.find((one) => one.name?.getText() === name)?.initializer;
  const description = stringOf(valueOf('description'), checker);
  if (description) return description;
  const example = valueOf('example');
  if (example) return `For example \`${example.getText().replaceAll(/\s+/g, ' ')}\`.`;
  return given.length > 0 || decoratorsOf(property).length > 0
    ? classComment(checker.getTypeAtLocation(property), checker)
    : '';
}

/** The properties of an object that is written in place, spread, or kept in a constant. */
function propertiesOf(node, checker) {
  const value = constantOf(node, checker);
  if (!value || !ts.isObjectLiteralExpression(value)) return [];
  return value.properties.flatMap((one) =>
    ts.isSpreadAssignment(one) ? propertiesOf(one.expression, checker) : [one],
  );
}

function stringOf(node, checker) {
  const value = node && constantOf(node, checker);
  if (!value) return '';
  if (ts.isStringLiteralLike(value)) return value.text;
  if (ts.isBinaryExpression(value)) return stringOf(value.left, checker) + stringOf(value.right, checker);
  return '';
}

/** What an expression is, without `as const`; of a name, what its constant is. */
function constantOf(node, checker) {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return constantOf(node.expression, checker);
  if (!ts.isIdentifier(node)) return node;
  const symbol = checker.getSymbolAtLocation(node);
  const aliased = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = aliased?.valueDeclaration;
  const initializer = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  return initializer && constantOf(initializer, checker);
}

/** The comment of the class that a field holds, one or a list of it. */
function classComment(type, checker) {
  const held = checker.getNonNullableType(type);
  const item = checker.getIndexTypeOfType(held, ts.IndexKind.Number) ?? held;
  return ts.displayPartsToString(item.getSymbol()?.getDocumentationComment(checker)) || undefined;
}
