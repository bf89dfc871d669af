import { type AccountOptions } from './accounts/accounts.options.js';
import { APP_SECRET_RULE, isAppSecret } from './accounts/app-secret.js';
import { isEncryptionKey } from './accounts/access-token-cipher.js';
import { resolveApiKeyOptions } from './auth/api-key.options.js';
import { isCountryCode } from './contacts/phone-number.js';
import { ConfigurationError, type Problem } from './errors.js';
import { graphApiSettings } from './graph/graph-api.options.js';
import { isAccessToken } from './graph/graph-credential.js';
import { isIdentifier } from './identifier.js';
import { SURFACE_NAMES } from './http/surfaces.js';
import type { WhatsAppModuleExtras, WhatsAppModuleOptions } from './whatsapp.options.js';
import { WORKSPACE_NAME } from './workspaces/workspaces.service.js';

/** @throws ConfigurationError that names every wrong option and what to write instead */
export function assertOptions(options: WhatsAppModuleOptions | undefined): void {
  if (!options) throw new ConfigurationError('WhatsAppModule got no options: return them from the factory.');
  const { defaultCountry, webhook, serviceWindow } = options;
  const accounts = itemsOf(options.accounts);
  refuse([
    ...checkNames(options),
    ...checkList('accounts', options.accounts),
    ...accounts.flatMap((account, index) => checkAccount(account, `accounts[${index}]`)),
    ...checkUnique(accounts),
    ...checkUniqueNumbers(accounts),
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
    ...(options.mediaUrls === undefined || ['public', 'any'].includes(options.mediaUrls)
      ? []
      : [problem('mediaUrls', "must be 'public' or 'any'.")]),
    ...(webhook === undefined || isVerifyToken(webhook.verifyToken)
      ? []
      : [problem('webhook.verifyToken', 'must be the text that you give Meta’s App Dashboard as verify token.')]),
    ...checkPart('graph', () => graphApiSettings(options.graph ?? {})),
    ...checkPart('apiKeys', () => resolveApiKeyOptions(options.apiKeys)),
  ]);
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof WhatsAppModuleOptions>([
  'accounts',
  'graph',
  'apiKeys',
  'defaultCountry',
  'encryptionKeys',
  'refreshInterval',
  'unconfirmedAfter',
  'messagesPerSecond',
  'workers',
  'pauseAfterFailures',
  'maxRecipients',
  'defaultLanguage',
  'serviceWindow',
  'optOutWords',
  'retention',
  'webhook',
  'mediaUrls',
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

/** @throws ConfigurationError for what is known before the options are */
export function assertExtras({ surfaces = {}, queue, events }: WhatsAppModuleExtras): void {
  if (!isQueue(queue)) {
    refuse([problem('queue', "must be 'in-process', 'bull' or { driver: 'bull', configKey: 'key', prefix: 'app' }.")]);
  }
  if (!isEvents(events)) refuse([problem('events', "must be { delivery: 'process' } or { delivery: 'queue' }.")]);
  if (typeof surfaces !== 'object') {
    refuse([problem('surfaces', `must name what to mount, such as { ${SURFACE_NAMES[0]}: true }.`)]);
  }
  refuse(
    Object.entries(surfaces).flatMap(([name, surface]: [string, unknown]) => {
      const path = `surfaces.${name}`;
      if (!SURFACE_NAMES.includes(name)) return [problem(path, `is no surface; there is ${SURFACE_NAMES.join(', ')}.`)];
      return isSurfaceOptions(surface) ? [] : [problem(path, "must be true, false or { prefix: '/api', guards: [] }.")];
    }),
  );
}

function isQueue(queue: unknown): boolean {
  if (queue === undefined || queue === 'in-process' || queue === 'bull') return true;
  if (typeof queue !== 'object' || queue === null) return false;
  const { driver, configKey, prefix }: { driver?: unknown; configKey?: unknown; prefix?: unknown } = queue;
  return driver === 'bull' && isKeyPart(configKey) && isKeyPart(prefix);
}

function isEvents(events: unknown): boolean {
  if (events === undefined) return true;
  if (typeof events !== 'object' || events === null) return false;
  const { delivery }: { delivery?: unknown } = events;
  return delivery === undefined || delivery === 'process' || delivery === 'queue';
}

const isWord = (word: unknown): boolean => typeof word === 'string' && /[\p{L}\p{N}]/u.test(word);

function checkWords(path: string, words: readonly string[] | undefined): Problem[] {
  if (words === undefined) return [];
  const isListed: boolean = Array.isArray(words) && words.every(isWord);
  return isListed ? [] : [problem(path, "must be a list of words, such as ['STOP', 'BAJA'].")];
}

const isVerifyToken = (token: unknown): boolean => typeof token === 'string' && token.trim() !== '';

const isKeyPart = (value: unknown): boolean =>
  value === undefined || (typeof value === 'string' && /^[^\s{}]+$/.test(value));

function isSurfaceOptions(surface: unknown): boolean {
  if (surface === undefined || typeof surface === 'boolean') return true;
  if (typeof surface !== 'object' || surface === null) return false;
  const { prefix, guards }: { prefix?: unknown; guards?: unknown } = surface;
  return (prefix === undefined || typeof prefix === 'string') && (guards === undefined || Array.isArray(guards));
}

function checkAccount(account: AccountOptions, path: string): Problem[] {
  const { businessAccountId, accessToken, appSecret, phoneNumberIds, workspace } = account;
  return [
    ...(isId(businessAccountId)
      ? []
      : [
          problem(
            `${path}.businessAccountId`,
            'must be Meta’s id of the WhatsApp Business Account, digits in a string: process.env.WHATSAPP_BUSINESS_ACCOUNT_ID.',
          ),
        ]),
    ...(isAccessToken(accessToken)
      ? []
      : [
          problem(
            `${path}.accessToken`,
            'is missing, or has a space or line break; write a system user’s token: process.env.WHATSAPP_ACCESS_TOKEN.',
          ),
        ]),
    ...(appSecret === undefined || isAppSecret(appSecret) ? [] : [problem(`${path}.appSecret`, APP_SECRET_RULE)]),
    ...checkList(`${path}.phoneNumberIds`, phoneNumberIds),
    ...itemsOf(phoneNumberIds).flatMap((id, index) =>
      isId(id)
        ? []
        : [
            problem(
              `${path}.phoneNumberIds[${index}]`,
              'must be Meta’s id of the number, not the number: digits in a string.',
            ),
          ],
    ),
    ...(workspace === undefined || WORKSPACE_NAME.test(workspace)
      ? []
      : [problem(`${path}.workspace`, 'must be 1 to 63 lower-case letters, digits and inner hyphens.')]),
  ];
}

function checkUnique(accounts: readonly AccountOptions[]): Problem[] {
  const ids = accounts.map(({ businessAccountId }) => businessAccountId);
  return ids.flatMap((id, index) =>
    id !== undefined && ids.indexOf(id) < index
      ? [problem(`accounts[${index}].businessAccountId`, `is that of accounts[${ids.indexOf(id)}]; merge the two.`)]
      : [],
  );
}

function checkUniqueNumbers(accounts: readonly AccountOptions[]): Problem[] {
  const paths = new Map<string, string>();
  return accounts.flatMap(({ phoneNumberIds }, account) =>
    itemsOf(phoneNumberIds).flatMap((id, index) => {
      if (!isId(id)) return [];
      const path = `accounts[${account}].phoneNumberIds[${index}]`;
      const first = paths.get(id);
      paths.set(id, first ?? path);
      return first === undefined ? [] : [problem(path, `is that of ${first}; a number belongs to one account, once.`)];
    }),
  );
}

function checkList(path: string, list: unknown): Problem[] {
  return list === undefined || Array.isArray(list) ? [] : [problem(path, 'must be a list, also of one.')];
}

// What is no list is refused by `checkList`; the rest is checked all the same, to name everything at once.
const itemsOf = <T>(list: readonly T[] | undefined): readonly T[] => (Array.isArray(list) ? list : []);

/** Options that another room checks, one thing at a time. */
function checkPart(path: string, check: () => unknown): Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return [problem(`${path}:`, error.message)];
    throw error;
  }
}

function checkDuration(path: string, value: number | undefined, least: number): Problem[] {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= LONGEST_TIMER)) return [];
  return [problem(path, `must be a whole number of milliseconds from ${least} to ${LONGEST_TIMER}.`)];
}

function checkAbove0(path: string, value: number | undefined, isWhole: boolean): Problem[] {
  if (value === undefined || (Number.isFinite(value) && value > 0 && (!isWhole || Number.isInteger(value)))) return [];
  return [problem(path, `must be a ${isWhole ? 'whole ' : ''}number above 0.`)];
}

// Node fires a longer timer at once.
const LONGEST_TIMER = 2_147_483_647;

// Meta will not promise digits for ever, so that only what is clearly no id is refused.
const isId = (id: unknown): boolean => typeof id === 'string' && /^[\w.-]{1,64}$/.test(id);

const problem = (path: string, message: string): Problem => ({ path, message });

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `  ${path} ${message}`);
  throw new ConfigurationError(`The options of WhatsAppModule are not right:\n${lines.join('\n')}`);
}
