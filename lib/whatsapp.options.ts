import type { LoggerService, ModuleMetadata } from '@nestjs/common';
import type { AccountOptions } from './accounts/accounts.options.js';
import type { WorkspaceOptions } from './accounts/business-info.js';
import type { ApiKeyOptions } from './auth/api-key.options.js';
import type { QueueOptions } from './queue/queue-setup.js';
import type { CountryCode } from './contacts/phone-number.js';
import type { DatabaseOptions } from './store/data-source.provider.js';
import type { GraphApiClientOptions } from './graph/graph-api.options.js';
import type { BulkHttpOptions } from './http/meta-templates/bulk-sends/bulk-http.options.js';
import type { SurfacesOptions } from './http/surfaces.js';
import type { MetricsOptions } from './observability/metrics/metrics.options.js';
import type { RetentionOptions } from './process/retention.options.js';
import type { EventsOptions } from './webhooks/events/events.options.js';
import type { WebhookOptions } from './webhooks/webhook.options.js';

/** What a factory of `forRootAsync` may return. */
export interface WhatsAppModuleOptions {
  /** WhatsApp Business Accounts; more can be added at run time with `AccountsService.add()`. */
  readonly accounts?: readonly AccountOptions[] | undefined;
  /** What the host says of its workspaces, by name: `info` is who the business is, for `GET /business-info/`. */
  readonly workspaces?: Readonly<Record<string, WorkspaceOptions>> | undefined;
  /** How Meta's Graph API is reached. */
  readonly graph?: GraphApiClientOptions | undefined;
  /** API keys: their prefix, and how long a process may trust one it has looked up. */
  readonly apiKeys?: Partial<ApiKeyOptions> | undefined;
  /** Country whose national phone numbers are taken too, as ISO 3166-1 alpha-2: `AR`. None by default. */
  readonly defaultCountry?: CountryCode | undefined;
  /**
   * Keys for what is only stored encrypted, access tokens given at run time and secrets of callbacks, and for one-time codes
   * that wait in bulk sends: 32 bytes in base64 each. The first encrypts, all decrypt. To rotate, give every process the new
   * key behind the old one, then in front of it; leave the old one out once every account was used, every callback delivered or
   * set, and every bulk send with one-time codes has ended.
   */
  readonly encryptionKeys?: readonly string[] | undefined;
  /** Milliseconds between two fetches of phone numbers and templates from Meta; 6 hours by default, 0 for never. */
  readonly refreshInterval?: number | undefined;
  /** Milliseconds after which a message without a known outcome fails as `OUTCOME_UNKNOWN`; 10 minutes by default. */
  readonly unconfirmedAfter?: number | undefined;
  /**
   * Throughput of every phone number in messages per second, instead of what Meta says of it: 80, 1,000, or 20 where it is
   * used in the WhatsApp Business app. Of this limit 95 % are used.
   */
  readonly messagesPerSecond?: number | undefined;
  /** Whether this process sends bulk messages; `false` for one that only serves requests. True by default. */
  readonly workers?: boolean | undefined;
  /**
   * Most recipients of one bulk send over HTTP, doubles included: 100,000 by JSON and 1,000,000 as a stream of CSV or NDJSON
   * by default. `BulkService` has no limit of its own.
   */
  readonly maxRecipients?: Partial<BulkHttpOptions['maxRecipients']> | undefined;
  /** Failures in a row, all with one error, after which a bulk send is paused instead of going on; 50 by default. */
  readonly pauseAfterFailures?: number | undefined;
  /**
   * Messages in a row whose outcome is unknown (no answer, or one that cannot be read) after which their phone number sends
   * nothing but trials, until Meta answers one; 10 by default.
   */
  readonly pauseAfterUnknown?: number | undefined;
  /**
   * Milliseconds before the first such trial, the second and so on; the last one is repeated. By default 1 second and twice
   * as long each time, up to a minute.
   */
  readonly trialDelays?: readonly number[] | undefined;
  /** Language of a template where a request to the surface `conversations` names none, such as `en_US`; `es` by default. */
  readonly defaultLanguage?: string | undefined;
  /**
   * What `ConversationsService` does with a message, templates apart, to somebody who did not write in the last 24 hours:
   * `meta` (the default) leaves it to Meta, which refuses it; `enforce` refuses it as `SERVICE_WINDOW_CLOSED`.
   */
  readonly serviceWindow?: 'meta' | 'enforce' | undefined;
  /**
   * Words by which people who write nothing else say that they want no marketing, such as `STOP` and `BAJA`; capitals do
   * not matter. None by default.
   */
  readonly optOutWords?: readonly string[] | undefined;
  /**
   * Milliseconds after which contents of messages are erased (rows, statuses and counters stay), and webhook items that
   * could not be applied are deleted; both are kept for good by default. Deliveries of callbacks are deleted after
   * `callbackDeliveries`, 7 days by default. Processes with `workers: false` leave it to others.
   */
  readonly retention?: RetentionOptions | undefined;
  /** What the surface `webhook` needs beside the accounts' `appSecret`. */
  readonly webhook?: WebhookOptions | undefined;
  /**
   * Which addresses `MediaService` takes files from: `public` (the default) is https on the public Internet, `any` also http
   * and addresses of your own network.
   */
  readonly mediaUrls?: 'public' | 'any' | undefined;
  /**
   * Which addresses `CallbacksService` delivers to: `public` (the default) is https on the public Internet, `any` also http
   * and addresses of your own network.
   */
  readonly callbackUrls?: 'public' | 'any' | undefined;
  /** Milliseconds in which a callback has to be answered; 10,000 by default. */
  readonly callbackTimeout?: number | undefined;
  /**
   * Milliseconds that a callback which did not come through waits before its second try, its third and so on; after the last
   * one it has failed. By default ten, from 10 seconds to 8 hours: a day in all.
   */
  readonly callbackRetryDelays?: readonly number[] | undefined;
  /**
   * Measures sends, paces, budgets, queues and webhooks by `prom-client`, which the host then installs: into its default
   * registry, or one that is given. Off by default.
   */
  readonly metrics?: boolean | MetricsOptions | undefined;
  /** Where the module logs: Nest's logger by default, nowhere with `false`. */
  readonly logger?: LoggerService | false | undefined;
}

/** What must be known before the options are: given beside `useFactory` in `forRootAsync`. */
export interface WhatsAppModuleExtras {
  /** Makes the services injectable everywhere without importing the module again. */
  readonly isGlobal?: boolean | undefined;
  /** Which HTTP surfaces to mount; none by default. */
  readonly surfaces?: SurfacesOptions | undefined;
  /**
   * Name of the TypeORM data source; the default one when left out. On Postgres and MariaDB the module connects to its database
   * by itself, with as many connections as that may open, or `{ poolSize: 5 }`.
   */
  readonly dataSource?: string | DatabaseOptions | undefined;
  /**
   * What bulk sends are shared through: `in-process` (the default) needs nothing, and each phone number sends from one
   * process at a time; `bull` uses the Redis of the host's `BullModule.forRoot()`, and all processes send together.
   */
  readonly queue?: QueueOptions | undefined;
  /** How what webhooks bring reaches the methods that take it, such as those with `@OnInboundMessage()`. */
  readonly events?: EventsOptions | undefined;
  /** Modules whose providers the surfaces' own guards need. */
  readonly imports?: ModuleMetadata['imports'] | undefined;
}

/** What a class given as `useClass` or `useExisting` implements. */
export interface WhatsAppModuleOptionsFactory {
  createWhatsAppOptions(): WhatsAppModuleOptions | Promise<WhatsAppModuleOptions>;
}
