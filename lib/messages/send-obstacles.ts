import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { MarketingConsents, type RecipientRefusal } from '../contacts/marketing-consents.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { preparedStatement, tableOf } from '../store/json-rows.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import type { StoredIdempotencyKey } from './idempotency-key.js';
import type { NewMessage } from './message-repository.js';
import { MessageEntity } from './message.entity.js';
import { recipientOf } from './recipient.js';

/** Why a message that is all right may not be sent. */
export interface Obstacles {
  /** There is a message of its idempotency key, or was one long ago. */
  readonly isKeyUsed: boolean;
  /** Its recipient wants none. */
  readonly refusal: RecipientRefusal | undefined;
}

/**
 * What the database alone knows before a single message is sent, by one statement: whether its key was used, and whether its
 * recipient may be written to. It is the last thing asked before the row is stored: an opt-out or a block that is stored by
 * then keeps the message from being sent.
 */
@Injectable()
export class SendObstacles {
  readonly #ask: ReturnType<typeof preparedStatement>;

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(MessageEntity) messages: Repository<MessageEntity>,
    private readonly consents: MarketingConsents,
  ) {
    const earlier = `SELECT id FROM ${tableOf(dataSource, messages.metadata)} WHERE idempotency_key = :idempotencyKey`;
    this.#ask = preparedStatement(dataSource, `SELECT (${earlier}) AS earlier, (${consents.refusalQuery}) AS refusal`);
  }

  async of(message: NewMessage, key?: StoredIdempotencyKey): Promise<Obstacles> {
    const { workspaceId, templateCategory = null } = message;
    const { sql, parameters } = this.#ask({
      idempotencyKey: key?.idempotencyKey,
      ...this.consents.refusalParameters(workspaceId, recipientOf(message)),
    });
    const [found]: readonly { earlier: unknown; refusal: RecipientRefusal | null }[] = await this.dataSource.query(
      sql,
      parameters,
    );
    const refusal = found?.refusal ?? undefined;
    const isRefused = refusal === 'BLOCKED' || templateCategory === 'MARKETING';
    return { isKeyUsed: (found?.earlier ?? null) !== null, refusal: isRefused ? refusal : undefined };
  }
}
