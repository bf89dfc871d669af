import type { INestApplication } from '@nestjs/common';
import { answerProblems } from './answer-problems.js';
import { apiDocument } from './api-document.js';
import { operationFinder } from './documented-operations.js';

type OperationFinder = ReturnType<typeof operationFinder>;

/** Apps with the same surfaces have the same document: making one, and validators of it, takes as long as a short test. */
const finders = new Map<string, OperationFinder>();

/** Holds answers of an app against its API document. */
export class DocumentedAnswers {
  #find: OperationFinder | undefined;

  /** @param surfaces what the document depends on, as text; undefined where it is not known to be all */
  constructor(
    private readonly app: INestApplication,
    private readonly surfaces?: string,
  ) {}

  /** Throws when an answer of a surface is not as the document says; reads it only when it is JSON, and then a copy. */
  async check(method: string, url: string, response: Response): Promise<void> {
    this.#find ??= this.#finder();
    const found = this.#find(method, url);
    if (!found) return;
    const { status, headers } = response;
    const isJson = headers.get('content-type')?.startsWith('application/json') ?? false;
    const body: unknown = isJson ? await response.clone().json() : undefined;
    const problems = answerProblems(found, { status, headers, body });
    if (problems.length === 0) return;
    const text = JSON.stringify(body)?.slice(0, 1_000);
    throw new Error(`${found.name} is not as documented:\n${problems.join('\n')}\nIt answered ${status}: ${text}`);
  }

  #finder(): OperationFinder {
    const known = this.surfaces === undefined ? undefined : finders.get(this.surfaces);
    const finder = known ?? operationFinder(apiDocument(this.app));
    if (this.surfaces !== undefined) finders.set(this.surfaces, finder);
    return finder;
  }
}
