import { tmpdir } from 'node:os';
import { runCommandLine } from '../../lib/cli/command-line.js';
import type { Terminal } from '../../lib/cli/terminal.js';

/** What a command printed, and how it ended. */
export interface CliRun {
  readonly exitCode: number;
  readonly printed: string;
  readonly errors: string;
}

/** A terminal that keeps what is printed. */
export class RecordingTerminal implements Terminal {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly ending: AbortSignal;
  readonly questions: string[] = [];
  printed = '';
  errors = '';

  constructor(
    private readonly given: {
      readonly environment?: Readonly<Record<string, string | undefined>>;
      readonly folder?: string;
      readonly ending?: AbortSignal;
      readonly input?: string;
      readonly says?: boolean;
    } = {},
  ) {
    this.environment = given.environment ?? {};
    this.folder = given.folder ?? tmpdir();
    this.ending = given.ending ?? new AbortController().signal;
  }

  readonly print = (text: string): void => void (this.printed += `${text}\n`);
  readonly printError = (text: string): void => void (this.errors += `${text}\n`);
  readonly readInput = async (): Promise<Buffer> => Buffer.from(this.given.input ?? '');
  readonly confirm = async (question: string): Promise<boolean> => {
    this.questions.push(question);
    return this.given.says ?? false;
  };
}

/** Runs a command in this process. */
export async function runCli(argv: readonly string[], terminal = new RecordingTerminal()): Promise<CliRun> {
  const exitCode = await runCommandLine(argv, terminal);
  return { exitCode, printed: terminal.printed, errors: terminal.errors };
}
