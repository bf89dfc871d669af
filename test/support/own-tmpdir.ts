import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of a test's own that temporary files of this process go to: other tests have some, too. */
export class OwnTmpdir implements Disposable {
  readonly #before = process.env['TMPDIR'];
  readonly path = mkdtempSync(join(tmpdir(), 'own-'));

  constructor() {
    process.env['TMPDIR'] = this.path;
  }

  /** What lies in it. */
  get files(): string[] {
    return readdirSync(this.path);
  }

  [Symbol.dispose](): void {
    if (this.#before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = this.#before;
    rmSync(this.path, { recursive: true });
  }
}
