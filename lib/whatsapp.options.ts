import type { ConfigurableModuleAsyncOptions, LoggerService } from '@nestjs/common';
import { type WhatsAppAccountOptions, checkAccounts } from './accounts/accounts.options.js';
import { type WhatsAppWorkspaceOptions, checkWorkspaces } from './accounts/business-info.js';
import { type WhatsAppApiKeyOptions, checkApiKeys } from './auth/api-key.options.js';
import { type WhatsAppCostsOptions, checkCosts } from './costs/costs.options.js';
import { type PhoneCountryCode, isPhoneCountryCode } from './contacts/phone-number.js';
import { type GraphApiClientOptions, checkGraph } from './graph/graph-api.options.js';
import type { BulkHttpOptions } from './http/meta-templates/bulk-sends/bulk-http.options.js';
import { checkMarketing, type MarketingSettings } from './messages/marketing-routes.js';
import { type WhatsAppMetricsOptions, isMetricsOption } from './observability/metrics/metrics.options.js';
import type { RetentionOptions } from './process/retention.js';
import type { WhatsAppWebhookOptions } from './webhooks/webhooks.service.js';
import { ConfigurationError, type ValidationProblem } from './errors.js';
import { isIdentifier } from './identifier.js';
import { isEncryptionKey } from './secret-cipher.js';
import {
  checkAbove0,
  checkDuration,
  checkList,
  checkNames,
  checkObject,
  hasMethods,
  itemsOf,
  problem,
  refuse,
} from './option-checks.js';
import { isWorkspaceName, WORKSPACE_NAME_RULE } from './accounts/workspaces.service.js';
import { checkExtras, EXTRA_NAMES, type WhatsAppModuleExtras } from './whatsapp.extras.js';

/**
 * What a factory of `forRootAsync` may return.
 *
 * @publicApi
 */
export interface WhatsAppModuleOptions extends MarketingSettings {
  /** WhatsApp Business Accounts; more can be added at run time with `AccountsService.add()`. */
  readonly accounts?: readonly WhatsAppAccountOptions[] | undefined;
  /** What the host says of its workspaces, by name: `info` is who the business is, for `GET /business-info/`. */
  readonly workspaces?: Readonly<Record<string, WhatsAppWorkspaceOptions>> | undefined;
  /** How Meta's Graph API is reached. */
  readonly graph?: GraphApiClientOptions | undefined;
  /** API keys: their prefix, and how long a process may trust one it has looked up. */
  readonly apiKeys?: Partial<WhatsAppApiKeyOptions> | undefined;
  /** Country of national phone numbers, which are taken too, as ISO 3166-1 alpha-2: `AR`. None by default. */
  readonly defaultCountry?: PhoneCountryCode | undefined;
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
   * Messages in a row with an unknown outcome (no answer, or one that cannot be read) after which their phone number sends
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
   * What `ConversationsService` does with a message, templates apart, to a person who did not write in the last 24 hours:
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
  /** What messages cost: Meta's rate card, and each account's currency and time zone. For `CostsService`. */
  readonly costs?: WhatsAppCostsOptions | undefined;
  /** What the surface `webhook` needs in addition to the accounts' `appSecret`. */
  readonly webhook?: WhatsAppWebhookOptions | undefined;
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
  readonly metrics?: boolean | WhatsAppMetricsOptions | undefined;
  /** Where the module logs: Nest's logger by default, nowhere with `false`. */
  readonly logger?: LoggerService | false | undefined;
}

/**
 * What a class given as `useClass` or `useExisting` implements.
 *
 * @publicApi
 */
export interface WhatsAppModuleOptionsFactory {
  /** Returns the options; called once, at the start. */
  createWhatsAppOptions(): WhatsAppModuleOptions | Promise<WhatsAppModuleOptions>;
}

/** @throws ConfigurationError that names every wrong option and what to write instead */
export function assertOptions(options: WhatsAppModuleOptions | undefined): void {
  if (!options) throw new ConfigurationError('WhatsAppModule got no options: return them from the factory.');
  refuse([...checkOptionNames(options), ...checkOptions(options)]);
}

/**
 * Options of `forRoot` that are needed at once. The others are checked when the app starts; they are named along with these.
 * @throws ConfigurationError that names every wrong option and what to write instead
 */
export function assertForRoot(options: WhatsAppModuleOptions & WhatsAppModuleExtras): void {
  const early = checkExtras(options);
  if (early.length === 0) return;
  refuse([
    ...early,
    ...checkNames<WhatsAppModuleOptions & WhatsAppModuleExtras>('', options, ALL_NAMES),
    ...checkOptions(options),
  ]);
}

/**
 * What is next to `useFactory`.
 * @throws ConfigurationError that names every wrong option and what to write instead
 */
export function assertForRootAsync(options: WhatsAppModuleExtras): void {
  const names = Object.keys(options);
  const misplaced = names.filter((name) => Object.hasOwn(OPTION_NAMES, name));
  refuse([
    ...checkExtras(options),
    ...misplaced.map((name) => problem(name, 'is for what useFactory returns: put it there, not next to useFactory.')),
    ...checkNames<AsyncOptions & WhatsAppModuleOptions>('', options, { ...ASYNC_NAMES, ...OPTION_NAMES }),
    ...(['useFactory', 'useClass', 'useExisting'].some((name) => names.includes(name))
      ? []
      : [problem('useFactory', 'is missing: return the options from it, or give useClass or useExisting.')]),
  ]);
}

function checkOptions(options: WhatsAppModuleOptions): ValidationProblem[] {
  const { defaultCountry, webhook, serviceWindow } = options;
  return [
    ...checkList('accounts', options.accounts),
    ...checkAccounts(itemsOf(options.accounts)),
    ...checkWorkspaces(options.workspaces, isWorkspaceName, WORKSPACE_NAME_RULE),
    ...checkList('encryptionKeys', options.encryptionKeys),
    ...itemsOf(options.encryptionKeys).flatMap((key, index) =>
      isEncryptionKey(key)
        ? []
        : [
            problem(
              `encryptionKeys[${index}]`,
              'must be 32 bytes in base64, as "openssl rand -base64 32" prints them.',
            ),
          ],
    ),
    ...(defaultCountry === undefined || isPhoneCountryCode(defaultCountry)
      ? []
      : [problem('defaultCountry', 'must be a country of two capital letters, such as "AR" or "DE".')]),
    ...checkDuration('refreshInterval', options.refreshInterval, 0),
    ...checkDuration('unconfirmedAfter', options.unconfirmedAfter, 1),
    ...checkAbove0('messagesPerSecond', options.messagesPerSecond, false),
    ...checkAbove0('maxRecipients.json', options.maxRecipients?.json, true),
    ...checkAbove0('maxRecipients.stream', options.maxRecipients?.stream, true),
    ...checkAbove0('pauseAfterFailures', options.pauseAfterFailures, true),
    ...checkAbove0('pauseAfterUnknown', options.pauseAfterUnknown, true),
    ...checkList('trialDelays', options.trialDelays),
    ...(options.trialDelays?.length === 0 ? [problem('trialDelays', 'must have a number at least.')] : []),
    ...itemsOf(options.trialDelays).flatMap((delay, index) => checkDuration(`trialDelays[${index}]`, delay, 1)),
    ...(options.workers === undefined || typeof options.workers === 'boolean'
      ? []
      : [problem('workers', 'must be true or false.')]),
    ...(serviceWindow === undefined || serviceWindow === 'meta' || serviceWindow === 'enforce'
      ? []
      : [problem('serviceWindow', "must be 'meta' or 'enforce'.")]),
    ...(options.defaultLanguage === undefined || isIdentifier(options.defaultLanguage, 32)
      ? []
      : [problem('defaultLanguage', 'must be the code of a language, such as "es" or "en_US".')]),
    ...checkWords('optOutWords', options.optOutWords),
    ...checkMarketing(options),
    ...checkAbove0('retention.messageContents', options.retention?.messageContents, true),
    ...checkAbove0('retention.webhookItems', options.retention?.webhookItems, true),
    ...checkAbove0('retention.callbackDeliveries', options.retention?.callbackDeliveries, true),
    ...(options.callbackUrls === undefined || ['public', 'any'].includes(options.callbackUrls)
      ? []
      : [problem('callbackUrls', "must be 'public' or 'any'.")]),
    ...checkDuration('callbackTimeout', options.callbackTimeout, 1),
    ...checkList('callbackRetryDelays', options.callbackRetryDelays),
    ...itemsOf(options.callbackRetryDelays).flatMap((delay, index) =>
      checkDuration(`callbackRetryDelays[${index}]`, delay, 1),
    ),
    ...(options.mediaUrls === undefined || ['public', 'any'].includes(options.mediaUrls)
      ? []
      : [problem('mediaUrls', "must be 'public' or 'any'.")]),
    ...(['graph', 'apiKeys', 'retention', 'maxRecipients', 'webhook'] as const).flatMap((name) =>
      checkObject(name, options[name]),
    ),
    ...(options.logger === undefined || options.logger === false || hasMethods(options.logger, 'log', 'error', 'warn')
      ? []
      : [problem('logger', 'must be false, or a logger with log(), error() and warn().')]),
    ...(typeof webhook !== 'object' || webhook === null || isVerifyToken(webhook.verifyToken)
      ? []
      : [problem('webhook.verifyToken', 'must be the text that you give Meta’s App Dashboard as verify token.')]),
    ...checkCosts(options.costs),
    ...(isMetricsOption(options.metrics)
      ? []
      : [problem('metrics', "must be true, false or { registry, prefix: 'my_whatsapp_' }.")]),
    ...checkNames<RetentionOptions>('retention', options.retention, RETENTION_NAMES),
    ...checkNames<BulkHttpOptions['maxRecipients']>('maxRecipients', options.maxRecipients, RECIPIENTS_NAMES),
    ...checkNames<WhatsAppWebhookOptions>('webhook', webhook, { verifyToken: true }),
    ...checkNames<WhatsAppMetricsOptions>('metrics', options.metrics, { registry: true, prefix: true }),
    ...checkGraph(options.graph ?? {}),
    ...checkApiKeys(options.apiKeys ?? {}),
  ];
}

const RETENTION_NAMES: Record<keyof RetentionOptions, true> = {
  messageContents: true,
  webhookItems: true,
  callbackDeliveries: true,
};

const RECIPIENTS_NAMES: Record<keyof BulkHttpOptions['maxRecipients'], true> = { json: true, stream: true };

const OPTION_NAMES: Record<keyof WhatsAppModuleOptions, true> = {
  accounts: true,
  workspaces: true,
  graph: true,
  apiKeys: true,
  defaultCountry: true,
  encryptionKeys: true,
  refreshInterval: true,
  unconfirmedAfter: true,
  messagesPerSecond: true,
  workers: true,
  pauseAfterFailures: true,
  pauseAfterUnknown: true,
  trialDelays: true,
  maxRecipients: true,
  defaultLanguage: true,
  serviceWindow: true,
  optOutWords: true,
  marketing: true,
  productPolicy: true,
  messageActivitySharing: true,
  retention: true,
  costs: true,
  webhook: true,
  mediaUrls: true,
  callbackUrls: true,
  callbackTimeout: true,
  callbackRetryDelays: true,
  metrics: true,
  logger: true,
};

const ALL_NAMES = { ...OPTION_NAMES, ...EXTRA_NAMES } as const;

type AsyncOptions = WhatsAppModuleExtras & ConfigurableModuleAsyncOptions<WhatsAppModuleOptions>;

const ASYNC_NAMES: Record<keyof AsyncOptions, true> = {
  ...EXTRA_NAMES,
  inject: true,
  useFactory: true,
  useClass: true,
  useExisting: true,
  provideInjectionTokensFrom: true,
};

function checkOptionNames(options: object): ValidationProblem[] {
  const early = Object.keys(options).filter((name) => Object.hasOwn(EXTRA_NAMES, name));
  return [
    ...early.map((name) =>
      problem(name, 'is needed before the factory runs: put it next to useFactory, not in what that returns.'),
    ),
    ...checkNames<WhatsAppModuleOptions & WhatsAppModuleExtras>('', options, ALL_NAMES),
  ];
}

const isWord = (word: unknown): boolean => typeof word === 'string' && /[\p{L}\p{N}]/u.test(word);

function checkWords(path: string, words: readonly string[] | undefined): ValidationProblem[] {
  if (words === undefined) return [];
  const isListed: boolean = Array.isArray(words) && words.every(isWord);
  return isListed ? [] : [problem(path, "must be a list of words, such as ['STOP', 'BAJA'].")];
}

const isVerifyToken = (token: unknown): boolean => typeof token === 'string' && token.trim() !== '';
