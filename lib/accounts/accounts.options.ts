import type { WhatsAppWorkspaceOptions } from './business-info.js';
import type { ValidationProblem } from '../errors.js';
import { isAccessToken } from '../graph/graph-request.js';
import { checkList, checkNames, isId, itemsOf, problem } from '../option-checks.js';
import { isWorkspaceName, WORKSPACE_NAME_RULE } from './workspaces.service.js';

/**
 * One WhatsApp Business Account that the host configures.
 *
 * @publicApi
 */
export interface WhatsAppAccountOptions {
  /** Meta's id of the WhatsApp Business Account (WABA). */
  readonly businessAccountId: string;
  /** A system user's access token; it stays in memory and is never stored. */
  readonly accessToken: string;
  /** Meta's ids of the phone numbers to use, the primary one first; all of the account's when left out. */
  readonly phoneNumberIds?: readonly string[] | undefined;
  /** The workspace that owns the account; `default` when left out. */
  readonly workspace?: string | undefined;
  /**
   * The app's secret: verifies its webhooks, for this account alone, and signs requests when `graph.appSecretProof` is on.
   * Of several the first signs and all verify: give the new one next to the old one while a secret is rotated, or when several
   * apps of yours are subscribed to the account.
   */
  readonly appSecret?: MetaAppSecret | undefined;
}

export interface AccountsOptions {
  readonly accounts: readonly WhatsAppAccountOptions[];
  /** By name of the workspace. */
  readonly workspaces?: Readonly<Record<string, WhatsAppWorkspaceOptions>> | undefined;
  /** 32 bytes each, in base64; the first encrypts, all decrypt. */
  readonly encryptionKeys: readonly string[];
}

export const ACCOUNTS_OPTIONS = Symbol('ACCOUNTS_OPTIONS');

/** What is wrong with the accounts of the options, each and together. */
export function checkAccounts(given: readonly WhatsAppAccountOptions[]): ValidationProblem[] {
  // What is no object has none of the fields.
  const accounts = given.map((account): WhatsAppAccountOptions => Object(account));
  return [
    ...accounts.flatMap((account, index) => checkAccount(account, `accounts[${index}]`)),
    ...checkUnique(accounts),
    ...checkUniqueNumbers(accounts),
  ];
}

const ACCOUNT_NAMES: Record<keyof WhatsAppAccountOptions, true> = {
  businessAccountId: true,
  accessToken: true,
  phoneNumberIds: true,
  workspace: true,
  appSecret: true,
};

function checkAccount(account: WhatsAppAccountOptions, path: string): ValidationProblem[] {
  const { businessAccountId, accessToken, appSecret, phoneNumberIds, workspace } = account;
  return [
    ...checkNames<WhatsAppAccountOptions>(path, account, ACCOUNT_NAMES),
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
    ...(workspace === undefined || isWorkspaceName(workspace)
      ? []
      : [problem(`${path}.workspace`, `must be ${WORKSPACE_NAME_RULE}`)]),
  ];
}

function checkUnique(accounts: readonly WhatsAppAccountOptions[]): ValidationProblem[] {
  const ids = accounts.map(({ businessAccountId }) => businessAccountId);
  return ids.flatMap((id, index) =>
    id !== undefined && ids.indexOf(id) < index
      ? [problem(`accounts[${index}].businessAccountId`, `is that of accounts[${ids.indexOf(id)}]; merge the two.`)]
      : [],
  );
}

function checkUniqueNumbers(accounts: readonly WhatsAppAccountOptions[]): ValidationProblem[] {
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

/**
 * An app's secret, or several while one takes the place of another: the first signs requests, all verify webhooks.
 *
 * @publicApi
 */
export type MetaAppSecret = string | readonly string[];

/** The secrets that were given, the one that signs first. */
export const appSecretsOf = (given: MetaAppSecret | undefined): readonly string[] =>
  given === undefined ? [] : [given].flat();

/** Whether a value can be an app secret, or a list of them: with an empty one anybody could sign. */
export function isAppSecret(given: unknown): boolean {
  const secrets: readonly unknown[] = Array.isArray(given) ? given : [given];
  return secrets.every((secret) => typeof secret === 'string' && /^[\x21-\x7e]+$/.test(secret));
}

/** How to write one. */
export const APP_SECRET_RULE =
  'must be the app’s secret as the App Dashboard of Meta shows it, or a list of secrets; leave it out if you have none.';
