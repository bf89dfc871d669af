import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, Repository } from 'typeorm';
import { SendingPauses } from '../accounts/sending-pauses.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { BulkChunkEntity } from './bulk-chunk.entity.js';
import { BulkChunks, type ChunkTicket } from './bulk-chunks.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { sendable } from './lifecycle.js';

type Turn = Pick<BulkSendEntity, 'id' | 'phoneNumberId' | 'accountId'>;

/** Chunks of a number that one process sends at a time: while the last calls of one end, others go on. */
const PER_PROCESS = 3;

/** Picks the chunks that are to be sent next: a few for each phone number, in turn over its bulk sends. */
@Injectable()
export class ChunkPlan {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BulkChunkEntity) private readonly chunks: Repository<BulkChunkEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly bulkChunks: BulkChunks,
    private readonly pauses: SendingPauses,
  ) {}

  /** Bulk sends that may be sent now, by phone number; first who was served longest ago. */
  async turns(): Promise<ReadonlyMap<string, readonly Turn[]>> {
    const ready = await this.bulkSends.find({
      select: { id: true, phoneNumberId: true, accountId: true, servedAt: true, createdAt: true },
      where: sendable(),
    });
    const paused = await this.#paused();
    const turns = new Map<string, Turn[]>();
    for (const turn of ready.toSorted(byTurn)) {
      if (paused.numbers.has(turn.phoneNumberId) || paused.accounts.has(turn.accountId)) continue;
      turns.set(turn.phoneNumberId, [...(turns.get(turn.phoneNumberId) ?? []), turn]);
    }
    return turns;
  }

  /** Tickets for the chunks of one number that come next, without those that are being sent. */
  async tickets(turns: readonly Turn[], workers: number): Promise<ChunkTicket[]> {
    const ids = turns.map(({ id }) => id);
    const wanted = PER_PROCESS * workers + 1 - (await this.#taken(ids));
    const perSend: BulkChunkEntity[][] = [];
    for (const { id } of turns) {
      if (perSend.length >= wanted) break;
      const due = await this.bulkChunks.due(id, wanted);
      if (due.length > 0) perSend.push(due);
    }
    return inTurn(perSend, wanted).map(({ id, epoch }) => ({ chunkId: id, epoch }));
  }

  /** A process that holds more than its share, and may be dead, leaves the others theirs. */
  async #taken(bulkSendIds: readonly string[]): Promise<number> {
    const holders: { count: string | number }[] = await this.chunks
      .createQueryBuilder('chunk')
      .select('COUNT(*)', 'count')
      .where({ bulkSendId: In([...bulkSendIds]), processId: Not(IsNull()) })
      .groupBy('chunk.processId')
      .getRawMany();
    return holders.reduce((taken, { count }) => taken + Math.min(Number(count), PER_PROCESS), 0);
  }

  async #paused(): Promise<{ numbers: ReadonlySet<string>; accounts: ReadonlySet<number> }> {
    const pauses = await this.pauses.list();
    const subjects = (scope: string) => pauses.filter((pause) => pause.scope === scope).map((pause) => pause.subjectId);
    const accounts = subjects('account');
    const rows = accounts.length > 0 ? await this.accounts.findBy({ businessAccountId: In(accounts) }) : [];
    return { numbers: new Set(subjects('number')), accounts: new Set(rows.map(({ id }) => id)) };
  }
}

function byTurn(a: BulkSendEntity, b: BulkSendEntity): number {
  const served = (a.servedAt?.getTime() ?? 0) - (b.servedAt?.getTime() ?? 0);
  return served || a.createdAt.getTime() - b.createdAt.getTime();
}

/** The first of each, then the second of each … */
function inTurn<T>(lists: readonly (readonly T[])[], count: number): T[] {
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  const picked = Array.from({ length: longest }, (_, round) => lists.flatMap((list) => list.slice(round, round + 1)));
  return picked.flat().slice(0, Math.max(0, count));
}
