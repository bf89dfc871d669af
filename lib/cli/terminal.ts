import { createInterface } from 'node:readline/promises';
import { buffer } from 'node:stream/consumers';

/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What commands have of the process that they run in. */
export interface Terminal {
  readonly environment: Environment;
  /** The folder that the command was started in. */
  readonly folder: string;
  /** Aborts when the command is to end: Ctrl+C. */
  readonly ending: AbortSignal;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Everything that is piped in. */
  readonly readInput: () => Promise<Buffer>;
  /** Asks a question that is answered with y or n; false where no person can answer. */
  readonly confirm: (question: string) => Promise<boolean>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  return {
    environment: process.env,
    folder: process.cwd(),
    ending: ending.signal,
    print: (text) => void process.stdout.write(`${text}\n`),
    printError: (text) => void process.stderr.write(`${text}\n`),
    readInput: () => buffer(process.stdin),
    async confirm(question) {
      if (!process.stdin.isTTY) return false;
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await lines.question(`${question} (y/n) `, { signal: ending.signal })).trim());
      } finally {
        lines.close();
      }
    },
  };
}

/** The same terminal, which prints no secret: errors of databases and of Meta may quote one. */
export function withoutSecrets(terminal: Terminal, secrets: readonly (string | undefined)[]): Terminal {
  const hidden = secrets.filter((secret) => secret !== undefined && secret.length >= SHORTEST_SECRET);
  const clean = (text: string): string =>
    hidden.reduce<string>((rest, one) => rest.replaceAll(String(one), '***'), text);
  return {
    ...terminal,
    print: (text) => terminal.print(clean(text)),
    printError: (text) => terminal.printError(clean(text)),
  };
}

/** Shorter ones would take pieces out of ordinary words. */
const SHORTEST_SECRET = 6;

/** The command cannot do what it was asked to, for a reason that the person at the terminal can change. */
export class CommandError extends Error {
  constructor(
    message: string,
    /** 2 where the command was written wrongly, 1 where what it asked for failed. */
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}
