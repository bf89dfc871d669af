import { inspect } from 'node:util';
import type { DataSource, Logger as TypeOrmLogger } from 'typeorm';
import { vi } from 'vitest';
import { CapturedLog } from '../module/captured-log.js';
import type { TestApp } from '../support/test-app.js';

/** Where a secret could be read. */
export const places = ['log', 'console', 'answers', 'outcomes', 'rows', 'statements'] as const;

interface Secret {
  readonly name: string;
  readonly value: string;
  /** Whether Meta gets it, which shows that it was used. */
  readonly isForMeta: boolean;
}

/** Secrets, and everything that left the app while they were used. */
export class Evidence {
  readonly secrets: Secret[] = [];
  /** Statuses of the HTTP answers. */
  readonly statuses = new Set<number>();
  readonly log = new CapturedLog();
  readonly #console = new CapturedLog();
  readonly #answers: string[] = [];
  readonly #outcomes: string[] = [];
  readonly #rows: string[] = [];
  readonly #statements: string[] = [];

  /** Notes what must be found nowhere. */
  secret(name: string, value: string, { isForMeta = true } = {}): string {
    this.secrets.push({ name, value, isForMeta });
    return value;
  }

  /** The texts that were left at a place. */
  at(place: (typeof places)[number]): readonly string[] {
    return {
      log: this.log.lines,
      console: this.#console.lines,
      answers: this.#answers,
      outcomes: this.#outcomes,
      rows: this.#rows,
      statements: this.#statements,
    }[place];
  }

  /** The secrets at a place, whole or in part, plain or encoded, each with the text that it is in. */
  leaksAt(place: (typeof places)[number]): string[] {
    const all = this.at(place).join('\n');
    return this.secrets.flatMap(({ name, value }) => {
      const found = partsOf(value).find((part) => all.includes(part));
      return found === undefined ? [] : [`${name}: ${this.at(place).find((text) => text.includes(found))}`];
    });
  }

  /** Calls the app over HTTP and keeps its answer. */
  async call(app: TestApp, key: string, method: string, path: string, body?: unknown, headers: object = {}) {
    const answer = await app.call(method, path, body, { 'x-api-key': key, ...headers });
    this.statuses.add(answer.status);
    this.#answers.push(JSON.stringify([method, path.split('?', 1), answer.status, [...answer.headers], answer.body]));
    return answer.body;
  }

  /** Keeps what a service returned or threw, with all that can be printed of it. */
  async outcome(call: Promise<unknown>): Promise<void> {
    const outcome = await call.catch((error: unknown) => error);
    this.#outcomes.push(inspect(outcome, { depth: Infinity, showHidden: true, getters: true }));
  }

  /** Keeps every row of every table. */
  async readRows(dataSource: DataSource): Promise<void> {
    const tables: { name: string }[] = await dataSource.query("SELECT name FROM sqlite_master WHERE type = 'table'");
    for (const { name } of tables) {
      const rows: object[] = await dataSource.query(`SELECT * FROM "${name}"`);
      this.#rows.push(...rows.map((row) => [name, ...Object.values(row)].join('\n')));
    }
  }

  /** For a data source: keeps every statement with its parameters, as a host sees them who has TypeORM log. */
  queryLog(): TypeOrmLogger {
    const keep = (statement: string, parameters?: unknown): void => {
      this.#statements.push(`${statement} ${inspect(parameters, { depth: 10 })}`);
    };
    return {
      logQuery: keep,
      logQueryError: (error, statement, parameters) => keep(`${String(error)} ${statement}`, parameters),
      logQuerySlow: (_, statement, parameters) => keep(statement, parameters),
      logSchemaBuild: (message) => keep(message),
      logMigration: (message) => keep(message),
      log: (_, message) => keep(String(message)),
    };
  }

  /** Keeps what is printed, until it is disposed of. */
  watchConsole(): Disposable {
    const methods = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => this.#console.log(...parts)),
    );
    const streams = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        this.#console.log(String(text));
        return true;
      }),
    );
    return {
      [Symbol.dispose]: () => {
        for (const spy of [...methods, ...streams]) spy.mockRestore();
      },
    };
  }
}

/** What gives a secret away: any 16 characters of it (a key's hint is shorter), and the whole in other spellings. */
function partsOf(secret: string): string[] {
  const length = Math.min(16, secret.length);
  const parts = Array.from({ length: secret.length - length + 1 }, (_, from) => secret.slice(from, from + length));
  const bytes = Buffer.from(secret);
  return [...parts, bytes.toString('hex'), bytes.toString('base64url')];
}
