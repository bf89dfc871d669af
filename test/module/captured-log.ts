import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** A host's logger, of every level, that keeps what it was given. */
export class CapturedLog implements LoggerService {
  readonly lines: string[] = [];

  readonly log = this.#level('log');
  readonly error = this.#level('error');
  readonly warn = this.#level('warn');
  readonly debug = this.#level('debug');
  readonly verbose = this.#level('verbose');
  readonly fatal = this.#level('fatal');

  /** Without the line of a good start, which comes as soon as Meta was asked for everything. */
  get linesAfterStart(): string[] {
    return this.lines.filter((line) => !line.startsWith('log Started with '));
  }

  /** Everything that was logged. */
  get text(): string {
    return this.lines.join('\n');
  }

  #level(level: string): (...parts: unknown[]) => void {
    return (...parts) => {
      const texts = parts.map((part) => (typeof part === 'string' ? part : inspect(part, { depth: 10 })));
      this.lines.push([level, ...texts].join(' '));
    };
  }
}
