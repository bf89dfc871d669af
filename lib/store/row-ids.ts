import { Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { dialectOf } from './dialect.js';
import { tableOf } from './json-rows.js';
import { InjectWhatsAppRepository } from './repositories.js';
import { SequenceEntity } from './sequence.entity.js';
import { isUniqueViolation } from './driver-errors.js';
import type { SqlStatement } from './statement.js';

const BLOCK = 1_000;

/**
 * Row ids for tables that grow without end. Each process reserves a block at a time, so an id is known before its row is
 * written, and is 64 bits wide on every database: a generated `bigint` key is refused by SQLite.
 */
@Injectable()
export class RowIds {
  #next = 0;
  #end = 0;
  #reservation: Promise<void> | undefined;

  constructor(@InjectWhatsAppRepository(SequenceEntity) private readonly sequences: Repository<SequenceEntity>) {}

  /** An id that no other row of `whatsapp_messages` has or will have. */
  async next(): Promise<number> {
    while (this.#next === this.#end) await this.#reserved();
    return this.#next++;
  }

  /** As many ids, ascending. */
  async take(count: number): Promise<number[]> {
    const ids: number[] = [];
    for (;;) {
      while (ids.length < count && this.#next < this.#end) ids.push(this.#next++);
      if (ids.length === count) return ids;
      await this.#reserved();
    }
  }

  #reserved(): Promise<void> {
    this.#reservation ??= this.#reserve('messages').finally(() => (this.#reservation = undefined));
    return this.#reservation;
  }

  /** The next number of a sequence that grows slowly: one after the other over all processes, from 1. */
  nextOf(name: 'bulk_sends'): Promise<number> {
    return this.#advance(name, 1);
  }

  async #reserve(name: string): Promise<void> {
    const first = await this.#advance(name, BLOCK);
    this.#next = first;
    this.#end = first + BLOCK;
  }

  /** @returns the first of as many numbers, which no other caller gets */
  async #advance(name: string, count: number): Promise<number> {
    for (;;) {
      const sequence = await this.sequences.findOneBy({ name });
      if (!sequence) {
        await this.#start(name);
        continue;
      }
      const { nextId } = sequence;
      const { affected } = await this.sequences.update({ name, nextId }, { nextId: nextId + count });
      if (affected === 1) return nextId; // else another process was quicker
    }
  }

  async #start(name: string): Promise<void> {
    try {
      await this.sequences.insert({ name, nextId: 1 });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
  }
}

/** Raises a sequence, from `by`, in a transaction: the next one who does so waits until that is committed. */
export function raiseSequence(
  dataSource: DataSource,
  { metadata }: Repository<SequenceEntity>,
  name: 'facts' | 'stream',
  by = 1,
): SqlStatement {
  const raised = `next_id = ${dataSource.driver.escape(metadata.tableName)}.next_id + ${by}`;
  const merge =
    dialectOf(dataSource) === 'mysql'
      ? `ON DUPLICATE KEY UPDATE ${raised}`
      : `ON CONFLICT (name) DO UPDATE SET ${raised}`;
  return { sql: `INSERT INTO ${tableOf(dataSource, metadata)} (name, next_id) VALUES ('${name}', ${by}) ${merge}` };
}
