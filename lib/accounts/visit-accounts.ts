import type { BusinessAccountEntity } from './business-account.entity.js';

/** Does something with each account, also after one failed. @throws the first failure, at the end */
export async function visitAccounts(
  accounts: readonly BusinessAccountEntity[],
  visit: (account: BusinessAccountEntity) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const account of accounts) await visit(account).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
