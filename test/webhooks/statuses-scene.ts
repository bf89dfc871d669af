import { type BulkSend, BulkSendEntity, MessageEntity } from 'nestjs-whatsapp';
import type { Repository } from 'typeorm';
import { INSTALLATION_ID } from '../../lib/store/data-source.provider.js';
import type { JsonObject } from '../../lib/graph/json.js';
import { encodeCallbackData } from '../../lib/messages/message-call.js';
import type { MessageStatusEvent, WhatsAppEvent } from '../../lib/webhooks/events/whatsapp-event.js';
import { StatusUpdates } from '../../lib/webhooks/statuses/status-updates.js';
import type { StatusItem } from '../../lib/webhooks/webhook-item.js';
import { BulkScene, type BulkSceneOptions } from '../bulk/bulk-scene.js';

/** Meta's time of a status, by seconds after a moment that is the same for all. */
export const at = (second: number): Date => new Date(1_790_000_000_000 + second * 1_000);

/** What a status has next to its words and time. */
export interface StatusWords extends JsonObject {
  /** Second of its timestamp; by default the rank of the status. */
  readonly second?: number;
  /** Meta's error code, for `failed`. */
  readonly code?: number;
  /** The call that it is about, in place of the row's present one; null for a status that took nothing along. */
  readonly attempt?: number | null;
}

const RANK: Readonly<Record<string, number>> = { sent: 1, delivered: 2, read: 3, played: 4, failed: 5 };

/** An app, and statuses of its messages as Meta reports them. */
export class StatusScene implements AsyncDisposable {
  private constructor(readonly scene: BulkScene) {}

  static async start(options: BulkSceneOptions = {}): Promise<StatusScene> {
    return new StatusScene(await BulkScene.start(options));
  }

  get rows(): Repository<MessageEntity> {
    return this.scene.dataSource.getRepository(MessageEntity);
  }

  get bulkSends(): Repository<BulkSendEntity> {
    return this.scene.dataSource.getRepository(BulkSendEntity);
  }

  get installationId(): string {
    return this.scene.app.app.get<string>(INSTALLATION_ID, { strict: false });
  }

  /** One of `statuses[]` for a row. */
  item(
    { id, attempt: present, phoneNumberId, wamid, recipientPhone }: MessageEntity,
    status: string,
    { second = RANK[status] ?? 0, code, attempt = present, ...words }: StatusWords = {},
  ): StatusItem {
    const { installationId } = this;
    return {
      kind: 'status',
      businessAccountId: this.scene.meta.account.id,
      field: 'messages',
      phoneNumberId,
      status: {
        id: wamid ?? `wamid.of.${id}.${attempt}`,
        status,
        timestamp: String(at(second).getTime() / 1_000),
        recipient_id: recipientPhone,
        ...(attempt !== null && {
          biz_opaque_callback_data: encodeCallbackData({ installationId, messageId: id, attempt }),
        }),
        ...(code !== undefined && { errors: [errorOf(code)] }),
        ...words,
      },
    };
  }

  apply(...items: readonly StatusItem[]): Promise<WhatsAppEvent[]> {
    return this.scene.app.get(StatusUpdates).apply(items);
  }

  /** What the host hears of messages. */
  async heard(...items: readonly StatusItem[]): Promise<MessageStatusEvent[]> {
    const events = await this.apply(...items);
    return events.filter((event) => event.type === 'message.status');
  }

  row({ id }: Pick<MessageEntity, 'id'>): Promise<MessageEntity> {
    return this.rows.findOneByOrFail({ id });
  }

  bulkSend({ id }: Pick<BulkSend, 'id'>): Promise<BulkSendEntity> {
    return this.bulkSends.findOneByOrFail({ id });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.scene[Symbol.asyncDispose]();
  }
}

const errorOf = (code: number) => ({
  code,
  title: `Title of ${code}`,
  message: `Words of ${code}`,
  error_data: { details: `Details of ${code}` },
  href: '/documentation/business-messaging/whatsapp/support/error-codes',
});
