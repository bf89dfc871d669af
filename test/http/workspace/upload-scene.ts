import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { MediaEntity } from '../../../lib/media/media.entity.js';
import { OwnTmpdir } from '../../support/own-tmpdir.js';
import type { TestAppOptions } from '../../support/test-app.js';
import { Acme } from './acme.js';

/** A workspace that files are sent to, with a temporary folder of its own, for the tests of one `describe`. */
export class UploadScene {
  #acme: Acme | undefined;
  #tmp: OwnTmpdir | undefined;

  constructor(adapter: TestAppOptions['adapter']) {
    beforeAll(async () => {
      this.#tmp = new OwnTmpdir();
      this.#acme = await Acme.start({ adapter });
      this.#acme.meta.account.addTemplate({
        name: 'not_yet',
        language: 'en_US',
        status: 'PENDING',
        category: 'UTILITY',
        components: [{ type: 'BODY', text: 'Hello' }],
      });
    });
    afterAll(async () => {
      await this.acme[Symbol.asyncDispose]();
      this.tmp[Symbol.dispose]();
    });
    // What Meta has already is not uploaded again.
    beforeEach(async () => {
      this.acme.meta.clear();
      await this.acme.app.get(DataSource).getRepository(MediaEntity).clear();
    });
  }

  get acme(): Acme {
    if (!this.#acme) throw new Error('The workspace is there once the tests run.');
    return this.#acme;
  }

  get tmp(): OwnTmpdir {
    if (!this.#tmp) throw new Error('The folder is there once the tests run.');
    return this.#tmp;
  }

  /** What Meta was given to keep. */
  readonly uploads = () => this.acme.meta.requestsTo('/media', 'POST').map(({ body }) => body);
}
