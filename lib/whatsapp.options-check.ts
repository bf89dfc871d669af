import { type AccountOptions } from './accounts/accounts.options.js';
import { isEncryptionKey } from './accounts/access-token-cipher.js';
import { isCountryCode } from './contacts/phone-number.js';
import { ConfigurationError, type Problem } from './errors.js';
import { SURFACE_NAMES } from './http/surfaces.js';
import type { WhatsAppModuleExtras, WhatsAppModuleOptions } from './whatsapp.options.js';
import { WORKSPACE_NAME } from './workspaces/workspaces.service.js';

/** @throws ConfigurationError that names every wrong option and what to write instead */
export function assertOptions(options: WhatsAppModuleOptions): void {
  const { accounts = [], encryptionKeys = [], defaultCountry } = options;
  refuse([
    ...accounts.flatMap((account, index) => checkAccount(account, `accounts[${index}]`)),
    ...checkUnique(accounts),
    ...encryptionKeys.flatMap((key, index) =>
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
  ]);
}

/** @throws ConfigurationError for what is known before the options are */
export function assertExtras({ surfaces = {} }: WhatsAppModuleExtras): void {
  refuse(
    Object.keys(surfaces)
      .filter((name) => !SURFACE_NAMES.includes(name))
      .map((name) => problem(`surfaces.${name}`, `is no surface; there is ${SURFACE_NAMES.join(', ')}.`)),
  );
}

function checkAccount(account: AccountOptions, path: string): Problem[] {
  const { businessAccountId, accessToken, phoneNumberIds = [], workspace } = account;
  return [
    ...(isId(businessAccountId)
      ? []
      : [
          problem(
            `${path}.businessAccountId`,
            'must be Meta’s id of the WhatsApp Business Account, digits in a string: process.env.WHATSAPP_BUSINESS_ACCOUNT_ID.',
          ),
        ]),
    ...(typeof accessToken === 'string' && accessToken.trim() !== ''
      ? []
      : [
          problem(`${path}.accessToken`, 'is missing; write a system user’s token: process.env.WHATSAPP_ACCESS_TOKEN.'),
        ]),
    ...phoneNumberIds.flatMap((id, index) =>
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

function checkDuration(path: string, value: number | undefined, least: number): Problem[] {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= LONGEST_TIMER)) return [];
  return [problem(path, `must be a whole number of milliseconds from ${least} to ${LONGEST_TIMER}.`)];
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
