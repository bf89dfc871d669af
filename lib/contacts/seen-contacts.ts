import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { ConcurrentChangeError, retryOnConflict } from '../store/retry.js';
import type { Statements } from '../store/statement.js';
import { ContactDirectory } from './contact-directory.js';
import { ContactRows } from './contact-rows.js';
import type { ContactEntity } from './contact.entity.js';
import type { ContactSighting } from './contact-sighting.js';

/** Changes the contacts of people who were seen, whatever others make of those contacts meanwhile. */
@Injectable()
export class SeenContacts {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly directory: ContactDirectory,
    private readonly rows: ContactRows,
  ) {}

  /**
   * @param change of the locked contacts, each of them once; it may be asked again
   * @returns what it returned
   */
  async change<Result>(
    workspaceId: number,
    people: readonly ContactSighting[],
    change: (contacts: readonly ContactEntity[]) => Statements<Result>,
  ): Promise<Result> {
    const { rows } = this;
    return retryOnConflict(async () => {
      const seen = await this.directory.ensure(workspaceId, people);
      const ids = [...new Set(seen.map(({ id }) => id))];
      return runInTransaction(this.dataSource, function* () {
        const contacts = (yield* rows.lock(ids)).filter(({ erasedAt }) => erasedAt === null);
        if (contacts.length < ids.length) throw new ConcurrentChangeError('The contacts were merged or erased.');
        return yield* change(contacts);
      });
    });
  }
}
