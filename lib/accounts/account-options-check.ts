import type { Problem } from '../errors.js';
import { isAccessToken } from '../graph/graph-credential.js';
import { checkList, isId, itemsOf, problem } from '../option-checks.js';
import { isWorkspaceName, WORKSPACE_NAME_RULE } from '../workspaces/workspace-name.js';
import type { AccountOptions } from './accounts.options.js';
import { APP_SECRET_RULE, isAppSecret } from './app-secret.js';

/** What is wrong with the accounts of the options, each and together. */
export function checkAccounts(accounts: readonly AccountOptions[]): Problem[] {
  return [
    ...accounts.flatMap((account, index) => checkAccount(account, `accounts[${index}]`)),
    ...checkUnique(accounts),
    ...checkUniqueNumbers(accounts),
  ];
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
    ...(workspace === undefined || isWorkspaceName(workspace)
      ? []
      : [problem(`${path}.workspace`, `must be ${WORKSPACE_NAME_RULE}`)]),
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
