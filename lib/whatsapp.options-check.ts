import { checkAccounts } from './accounts/account-options-check.js';
import { checkWorkspaces } from './accounts/business-info.js';
import { resolveApiKeyOptions } from './auth/api-key.options.js';
import { isCountryCode } from './contacts/phone-number.js';
import { ConfigurationError, type Problem } from './errors.js';
import { graphApiSettings } from './graph/graph-api.options.js';
import { isIdentifier } from './identifier.js';
import { isEncryptionKey } from './secret-cipher.js';
import { isMetricsOption } from './observability/metrics/metrics.options.js';
import { checkAbove0, checkDuration, checkList, checkPart, itemsOf, problem, refuse } from './option-checks.js';
import type { WhatsAppModuleExtras, WhatsAppModuleOptions } from './whatsapp.options.js';
import { isWorkspaceName, WORKSPACE_NAME_RULE } from './workspaces/workspace-name.js';

/** @throws ConfigurationError that names every wrong option and what to write instead */
export function assertOptions(options: WhatsAppModuleOptions | undefined): void {
  if (!options) throw new ConfigurationError('WhatsAppModule got no options: return them from the factory.');
  const { defaultCountry, webhook, serviceWindow } = options;
  refuse([
    ...checkNames(options),
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
    ...(defaultCountry === undefined || isCountryCode(defaultCountry)
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
    ...(webhook === undefined || isVerifyToken(webhook.verifyToken)
      ? []
      : [problem('webhook.verifyToken', 'must be the text that you give Meta’s App Dashboard as verify token.')]),
    ...(isMetricsOption(options.metrics)
      ? []
      : [problem('metrics', "must be true, false or { registry, prefix: 'my_whatsapp_' }.")]),
    ...checkPart('graph', () => graphApiSettings(options.graph ?? {})),
    ...checkPart('apiKeys', () => resolveApiKeyOptions(options.apiKeys)),
  ]);
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof WhatsAppModuleOptions>([
  'accounts',
  'workspaces',
  'graph',
  'apiKeys',
  'defaultCountry',
  'encryptionKeys',
  'refreshInterval',
  'unconfirmedAfter',
  'messagesPerSecond',
  'workers',
  'pauseAfterFailures',
  'pauseAfterUnknown',
  'trialDelays',
  'maxRecipients',
  'defaultLanguage',
  'serviceWindow',
  'optOutWords',
  'retention',
  'webhook',
  'mediaUrls',
  'callbackUrls',
  'callbackTimeout',
  'callbackRetryDelays',
  'metrics',
  'logger',
]);

const EXTRA_NAMES: ReadonlySet<string> = new Set<keyof WhatsAppModuleExtras>([
  'isGlobal',
  'surfaces',
  'dataSource',
  'queue',
  'events',
  'imports',
]);

function checkNames(options: object): Problem[] {
  const unknown = Object.keys(options).filter((name) => !OPTION_NAMES.has(name));
  return unknown.map((name) =>
    EXTRA_NAMES.has(name)
      ? problem(name, 'must be known before the options are: write it beside useFactory, not in what that returns.')
      : problem(name, `is no option; there is ${[...OPTION_NAMES, ...EXTRA_NAMES].join(', ')}.`),
  );
}

const isWord = (word: unknown): boolean => typeof word === 'string' && /[\p{L}\p{N}]/u.test(word);

function checkWords(path: string, words: readonly string[] | undefined): Problem[] {
  if (words === undefined) return [];
  const isListed: boolean = Array.isArray(words) && words.every(isWord);
  return isListed ? [] : [problem(path, "must be a list of words, such as ['STOP', 'BAJA'].")];
}

const isVerifyToken = (token: unknown): boolean => typeof token === 'string' && token.trim() !== '';
