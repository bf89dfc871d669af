import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import {
  IDEMPOTENCY_KEY_LIFETIME,
  IdempotencyFingerprint,
  type IdempotencyInput,
  idOfKey,
  IdempotencyConflictError,
} from '../../messages/idempotency-key.js';
import { DeadProcesses } from '../../process/dead-processes.js';
import { ThisProcess } from '../../process/this-process.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import type { BulkRecipients } from '../bulk.inputs.js';
import { StoredRecipients } from './stored-recipients.js';

/** Finds requests that used an idempotency key before, and those that a dead process left unanswered. */
@Injectable()
export class EarlierAcceptances {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    private readonly thisProcess: ThisProcess,
    private readonly deadProcesses: DeadProcesses,
    private readonly stored: StoredRecipients,
  ) {}

  /** The bulk send that a key made, or is making; a key that is too old counts no more. */
  async find(idempotency: IdempotencyInput): Promise<BulkSendEntity | undefined> {
    const idempotencyKey = idOfKey(idempotency);
    const known = await this.bulkSends.findOneBy({ idempotencyKey });
    if (!known) return undefined;
    const { id, status, createdAt, acceptedBy } = known;
    if (status === 'ACCEPTING' && !(await this.deadProcesses.known([acceptedBy])).has(acceptedBy)) {
      await this.stored.remove(id); // its process died before it had an answer
      return undefined;
    }
    if (createdAt.getTime() > Date.now() - IDEMPOTENCY_KEY_LIFETIME) return known;
    await this.bulkSends.update({ id, idempotencyKey }, { idempotencyKey: null, idempotencyFingerprint: null });
    return undefined;
  }

  /** @throws IdempotencyConflictError when the request is still running, or was another one */
  async answer(known: BulkSendEntity, recipients: BulkRecipients, idempotency: IdempotencyInput): Promise<string> {
    if (known.status === 'ACCEPTING') throw new IdempotencyConflictError('still-running');
    const fingerprint = new IdempotencyFingerprint(idempotency);
    for await (const recipient of recipients) fingerprint.add(recipient);
    if (fingerprint.digest() !== known.idempotencyFingerprint) throw new IdempotencyConflictError('another-body');
    return known.id;
  }

  /** Removes what dead processes had stored of requests that they did not answer. */
  async removeAbandoned(): Promise<void> {
    const accepting = await this.bulkSends.findBy({ status: 'ACCEPTING' });
    const living = await this.deadProcesses.known(accepting.map(({ acceptedBy }) => acceptedBy));
    for (const { id, acceptedBy } of accepting) {
      if (!living.has(acceptedBy) && acceptedBy !== this.thisProcess.id) await this.stored.remove(id);
    }
  }
}
