import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphBusinessAccount, GraphPhoneNumber } from '../graph/graph-api.types.js';
import type { GraphRequestOptions } from '../graph/graph-request.options.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import type { BusinessAccountEntity } from './business-account.entity.js';

const PHONE_NUMBER_FIELDS = [
  'id',
  'display_phone_number',
  'verified_name',
  'quality_rating',
  'status',
  'code_verification_status',
  'name_status',
  'throughput',
  'is_on_biz_app',
];

// The messaging limit has had two names. A version of the Graph API that lacks one refuses the whole listing for it.
const LIMIT_FIELDS = [
  ['whatsapp_business_manager_messaging_limit', 'messaging_limit_tier'],
  ['whatsapp_business_manager_messaging_limit'],
  ['messaging_limit_tier'],
];

/** An account with the portfolio that owns it, where the access token may see that. */
export async function readBusinessAccount(
  graph: GraphApiClient,
  businessAccountId: string,
  options: GraphRequestOptions,
): Promise<GraphBusinessAccount> {
  const read = (fields: readonly string[]) =>
    graph.get<GraphBusinessAccount>([businessAccountId], { ...options, query: { fields } });
  try {
    return await read(['id', 'name', 'owner_business_info']);
  } catch (error) {
    if (!mayBeAboutTheOwner(error)) throw error;
    return read(['id', 'name']);
  }
}

/** All phone numbers of an account, with every field that this version of the Graph API has. */
export async function listPhoneNumbers(
  graph: GraphApiClient,
  businessAccountId: string,
  options: GraphRequestOptions,
): Promise<GraphPhoneNumber[]> {
  for (const limitFields of LIMIT_FIELDS) {
    try {
      return await list(graph, businessAccountId, options, limitFields);
    } catch (error) {
      if (!isUnknownField(error)) throw error;
    }
  }
  return list(graph, businessAccountId, options, []);
}

async function list(
  graph: GraphApiClient,
  businessAccountId: string,
  options: GraphRequestOptions,
  limitFields: readonly string[],
): Promise<GraphPhoneNumber[]> {
  const query = { fields: [...PHONE_NUMBER_FIELDS, ...limitFields], limit: 100 };
  const listed: GraphPhoneNumber[] = [];
  const pages = graph.list<GraphPhoneNumber>([businessAccountId, 'phone_numbers'], { ...options, query });
  for await (const phoneNumber of pages) listed.push(phoneNumber);
  return listed;
}

const isUnknownField = (error: unknown): boolean =>
  error instanceof MetaApiError && error.metaCode === 100 && /nonexisting field/i.test(error.metaMessage);

const OWNER_CODES: ReadonlySet<number> = new Set([3, 10, 100, 200]);

/** Permission, or a field that there is not: for the rest of the account the token may be good enough. */
const mayBeAboutTheOwner = (error: unknown): boolean =>
  error instanceof MetaApiError && error.metaCode !== null && OWNER_CODES.has(error.metaCode);

/** Does something with each account, also after one failed. @throws the first failure, at the end */
export async function visitAccounts(
  accounts: readonly BusinessAccountEntity[],
  visit: (account: BusinessAccountEntity) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const account of accounts) await visit(account).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
