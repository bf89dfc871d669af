import { Inject, Injectable } from '@nestjs/common';
import { ACCOUNTS_OPTIONS, type AccountsOptions } from '../../accounts/accounts.options.js';
import { SENDING_OUTAGE_OPTIONS, type SendingOutageOptions } from '../../accounts/sending-outages.js';
import { BULK_OPTIONS, type BulkOptions } from '../../bulk/bulk.options.js';
import { CALLBACK_OPTIONS, type CallbackOptions } from '../../callbacks/callbacks.options.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../contacts/contacts.inputs.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from '../../conversations/conversations.inputs.js';
import { COSTS_OPTIONS, type CostsOptions } from '../../costs/costs.options.js';
import { MEDIA_OPTIONS, type MediaOptions } from '../../media/remote-files.js';
import { METRICS_OPTIONS, type WhatsAppMetricsOptions } from '../../observability/metrics/metrics.options.js';
import { RETENTION_OPTIONS, type RetentionOptions } from '../../process/retention.js';
import { QUEUE_REDIS, type QueueRedis } from '../../queue/queue.js';
import { META_REFRESH_OPTIONS, type MetaRefreshOptions } from '../../templates/meta-refresh.js';
import { INBOUND_OPTIONS, type InboundOptions } from '../../webhooks/messages/receiving-numbers.js';
import { WEBHOOK_OPTIONS, type WhatsAppWebhookOptions } from '../../webhooks/webhooks.service.js';
import { BULK_HTTP_OPTIONS, type BulkHttpOptions } from '../meta-templates/bulk-sends/bulk-http.options.js';
import { MountedSurfaces } from '../surface/mounted-surfaces.js';

/** What an option of the module comes to, defaults filled in; never a secret. */
export interface OptionInForce {
  /** As the host writes it in the module's options. */
  readonly name: string;
  /** In words of code; null for one that is not set and has no default. */
  readonly value: string | number | boolean | null;
  readonly kind: 'text' | 'number' | 'boolean' | 'duration';
}

/** What the module works with in this process, as its rooms were handed it. */
@Injectable()
export class OptionsInForce {
  constructor(
    @Inject(QUEUE_REDIS) private readonly redis: QueueRedis | undefined,
    private readonly surfaces: MountedSurfaces,
    @Inject(ACCOUNTS_OPTIONS) private readonly accounts: AccountsOptions,
    @Inject(BULK_OPTIONS) private readonly bulk: BulkOptions,
    @Inject(BULK_HTTP_OPTIONS) private readonly bulkHttp: BulkHttpOptions,
    @Inject(SENDING_OUTAGE_OPTIONS) private readonly outages: SendingOutageOptions,
    @Inject(META_REFRESH_OPTIONS) private readonly refresh: MetaRefreshOptions,
    @Inject(INBOUND_OPTIONS) private readonly inbound: InboundOptions,
    @Inject(CONTACTS_OPTIONS) private readonly contacts: ContactsOptions,
    @Inject(CONVERSATIONS_OPTIONS) private readonly conversations: ConversationsOptions,
    @Inject(RETENTION_OPTIONS) private readonly retention: RetentionOptions,
    @Inject(COSTS_OPTIONS) private readonly costs: CostsOptions,
    @Inject(WEBHOOK_OPTIONS) private readonly webhook: WhatsAppWebhookOptions | undefined,
    @Inject(MEDIA_OPTIONS) private readonly media: MediaOptions,
    @Inject(CALLBACK_OPTIONS) private readonly callbacks: CallbackOptions,
    @Inject(METRICS_OPTIONS) private readonly metrics: WhatsAppMetricsOptions | undefined,
  ) {}

  list(): OptionInForce[] {
    const { bulk, bulkHttp, retention, callbacks } = this;
    const mounted = this.surfaces.mounted.map(({ name, prefix }) => `${name}: ${prefix}`);
    return [
      text('queue', this.redis ? 'bull' : 'in-process'),
      flag('workers', bulk.workers),
      text('surfaces', mounted.join(', ')),
      count('accounts', this.accounts.accounts.length),
      count('encryptionKeys', this.accounts.encryptionKeys.length),
      duration('refreshInterval', this.refresh.refreshInterval),
      count('messagesPerSecond', bulk.messagesPerSecond),
      count('pauseAfterFailures', bulk.pauseAfterFailures),
      count('pauseAfterUnknown', this.outages.pauseAfterUnknown),
      duration('unconfirmedAfter', bulk.unconfirmedAfter),
      count('maxRecipients.json', bulkHttp.maxRecipients.json),
      count('maxRecipients.stream', bulkHttp.maxRecipients.stream),
      text('marketing', bulk.marketing.marketing),
      text('serviceWindow', this.conversations.serviceWindow),
      text('defaultCountry', this.contacts.defaultCountry),
      text('optOutWords', this.inbound.optOutWords.join(', ')),
      duration('retention.messageContents', retention.messageContents),
      duration('retention.webhookItems', retention.webhookItems),
      duration('retention.callbackDeliveries', retention.callbackDeliveries),
      flag('costs', this.costs.isConfigured),
      flag('webhook.verifyToken', this.webhook !== undefined),
      text('mediaUrls', this.media.mediaUrls),
      text('callbackUrls', callbacks.callbackUrls),
      duration('callbackTimeout', callbacks.callbackTimeout),
      flag('metrics', this.metrics !== undefined),
    ];
  }
}

const text = (name: string, value: string | undefined): OptionInForce => ({ name, value: value || null, kind: 'text' });

const flag = (name: string, value: boolean): OptionInForce => ({ name, value, kind: 'boolean' });

const count = (name: string, value: number | undefined): OptionInForce => ({
  name,
  value: value ?? null,
  kind: 'number',
});

/** @param value in ms */
const duration = (name: string, value: number | undefined): OptionInForce => ({
  name,
  value: value ?? null,
  kind: 'duration',
});
