import { ValidationError } from '../../../../errors.js';

/** Most bytes of one recipient in CSV or NDJSON: more than Meta takes of any template's values. */
export const LARGEST_LINE = 256 * 1024;

/** The same, for the texts of problems. */
export const LARGEST_LINE_IN_WORDS = '256 KB';

/** More than the empty rows that spreadsheets leave below a list. */
const MOST_LINES = 10_000;
const MOST_BYTES = 1024 * 1024;

/** Counts the lines of a body that are skipped: a few compressed bytes are millions of them. */
export class BlankLines {
  #lines = 0;
  #bytes = 0;

  /** @throws ValidationError when there were too many */
  add(bytes: number): void {
    this.#lines += 1;
    this.#bytes += bytes;
    if (this.#lines <= MOST_LINES && this.#bytes <= MOST_BYTES) return;
    const message = `has more than ${MOST_LINES} blank lines, or more than 1 MB of them: leave them out.`;
    throw new ValidationError([{ path: 'body', message }]);
  }
}
