import type { Type } from '@nestjs/common';
import type { Problem } from '../../errors.js';
import { classOf, fieldsOf } from './field.decorator.js';

/** Translates the names of fields in the services' inputs into those of a request class. */
export class FieldNames {
  /** Names by paths in the input of a service. */
  readonly #names: ReadonlyMap<string, string>;
  /** Names that no text contains by chance. */
  readonly #distinct: RegExp | undefined;

  constructor(type: Type | undefined) {
    this.#names = new Map(type && namesOf(type));
    const distinct = [...this.#names.keys()].filter((name) => /^[a-z]+[A-Z]\w*$/.test(name));
    this.#distinct = distinct.length === 0 ? undefined : new RegExp(`\\b(?:${distinct.join('|')})\\b`, 'g');
  }

  /** Returns the problems by the names of the request's fields. */
  inProblems(problems: readonly Problem[]): Problem[] {
    return problems.map((problem) => ({ ...problem, path: this.inPath(problem.path) }));
  }

  /** Returns the path of a problem in the names of the request. */
  inPath(path: string): string {
    return this.#names.get(path) ?? this.inText(path);
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
