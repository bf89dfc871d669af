import { setTimeout } from 'node:timers/promises';
import { WhatsAppError } from '../errors.js';

/** What is needed of a connection of better-sqlite3's. */
export interface SqliteConnection {
  readonly inTransaction: boolean;
  prepare(sql: string): SqliteStatement;
  pragma(text: string): unknown;
  transaction<Result>(work: () => Result): { immediate(): Result };
}

export interface SqliteStatement {
  /** Whether it returns rows. */
  readonly reader: boolean;
  /** Whether it changes nothing. */
  readonly readonly: boolean;
  all(...parameters: unknown[]): Record<string, unknown>[];
  run(...parameters: unknown[]): { readonly changes: number };
}

const POLL_INTERVAL_MS = 2;

/** A transaction of the host's is open on the connection that the module shares: what is written now would end with it. */
export class OpenTransactionError extends WhatsAppError {
  constructor(waited: number) {
    super(
      'TRANSACTION_OPEN',
      'A transaction of the app is open on the SQLite connection that WhatsAppModule shares, and has not ended in ' +
        `${waited} ms; what the module writes now would be lost if it rolls back. Call the module after the transaction, or ` +
        "give the module a database file and a DataSource of its own: WhatsAppModule.forRoot({ dataSource: 'whatsapp' }).",
    );
  }
}

/**
 * Resolves when no transaction is open on the connection. To be certain, what follows must run before anything else does.
 * @throws OpenTransactionError after `timeout` milliseconds
 */
export async function transactionEnd(connection: SqliteConnection, timeout: number): Promise<void> {
  const deadline = performance.now() + timeout;
  while (connection.inTransaction) {
    if (performance.now() > deadline) throw new OpenTransactionError(timeout);
    await setTimeout(POLL_INTERVAL_MS);
  }
}

/**
 * The host's connection in the hands of the module's own data source: it is neither set up nor closed again, and refuses to
 * write inside a transaction that is not the module's.
 */
export class SharedSqliteConnection implements SqliteConnection {
  #isOwnTransaction = false;

  constructor(private readonly connection: SqliteConnection) {}

  get inTransaction(): boolean {
    return this.connection.inTransaction;
  }

  prepare(sql: string): SqliteStatement {
    const statement = this.connection.prepare(sql);
    if (statement.readonly) return statement;
    return {
      reader: statement.reader,
      readonly: false,
      all: (...parameters) => this.#outside(() => statement.all(...parameters)),
      run: (...parameters) => this.#outside(() => statement.run(...parameters)),
    };
  }

  transaction<Result>(work: () => Result): { immediate(): Result } {
    const transaction = this.connection.transaction(work);
    return {
      immediate: () =>
        this.#outside(() => {
          this.#isOwnTransaction = true;
          try {
            return transaction.immediate();
          } finally {
            this.#isOwnTransaction = false;
          }
        }),
    };
  }

  /** Reads alone: how the connection is set up is the host's affair. */
  pragma(text: string): unknown {
    return text.includes('=') ? [] : this.connection.pragma(text);
  }

  /** TypeORM 0.3 sets pragmas by it. */
  exec(): void {}

  close(): void {}

  #outside<Result>(write: () => Result): Result {
    if (this.connection.inTransaction && !this.#isOwnTransaction) throw new OpenTransactionError(0);
    return write();
  }
}
