import type { Type } from '@nestjs/common';
import type { ValidationProblem } from '../../errors.js';
import { classOf, fieldsOf } from './dto.js';

/** Translates the names of fields in the services' inputs into those of a request class. */
export class FieldNames {
  /** Names by paths in the input of a service. */
  readonly #names: ReadonlyMap<string, string>;
  /** Names that no text contains by chance. */
  readonly #distinct: RegExp | undefined;
  readonly #arrays: readonly NamedArray[];

  constructor(type: Type | undefined) {
    this.#names = new Map(type && namesOf(type));
    this.#arrays = type ? arraysOf(type) : [];
    const distinct = [...this.#names.keys()].filter((name) => /^[a-z]+[A-Z]\w*$/.test(name));
    this.#distinct = distinct.length === 0 ? undefined : new RegExp(`\\b(?:${distinct.join('|')})\\b`, 'g');
  }

  /** Returns the problems by the names of the request's fields. */
  inProblems(problems: readonly ValidationProblem[]): ValidationProblem[] {
    return problems.map((problem) => ({ ...problem, path: this.inPath(problem.path) }));
  }

  /** Returns the path of a problem in the names of the request. */
  inPath(path: string): string {
    return this.#names.get(path) ?? this.#inArray(path) ?? this.inText(path);
  }

  /** Returns the name of an item of an array, or of one of its fields. */
  #inArray(path: string): string | undefined {
    const array = this.#arrays.find((candidate) => path.startsWith(`${candidate.path}[`));
    if (!array) return undefined;
    const end = path.indexOf(']', array.path.length) + 1;
    const field = path.slice(end + 1);
    return `${array.name}${path.slice(array.path.length, end)}${field && `.${array.items.inPath(field)}`}`;
  }

  /** Returns a text of a service with the names of the request. */
  inText(text: string): string {
    if (!this.#distinct) return text;
    return text.replaceAll(this.#distinct, (name) => this.#names.get(name) ?? name);
  }
}

function* namesOf(type: Type): Generator<[path: string, name: string]> {
  for (const [name, field] of fieldsOf(type)) {
    for (const path of [field.service ?? []].flat()) yield [path, field.nameInProblems ?? name];
    const nested = classOf(field);
    if (!nested) continue;
    // Items of an array are named by their index, which only the path knows.
    for (const [path, ownName] of namesOf(nested)) {
      yield [path, field.each ? ownName : `${name}.${ownName}`];
      yield [`${name}.${path}`, `${name}.${ownName}`];
    }
  }
}

/** An array of objects that is elsewhere in the input of the service. */
interface NamedArray {
  readonly path: string;
  readonly name: string;
  readonly items: FieldNames;
}

const arraysOf = (type: Type): NamedArray[] =>
  Array.from(fieldsOf(type)).flatMap(([name, field]) => {
    const nested = field.each ? classOf(field) : undefined;
    return nested ? [field.service ?? []].flat().map((path) => ({ path, name, items: new FieldNames(nested) })) : [];
  });
