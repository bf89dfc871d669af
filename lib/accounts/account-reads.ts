import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphBusinessAccount, GraphPhoneNumber } from '../graph/graph-api.types.js';
import type { GraphRequestOptions } from '../graph/graph-request.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { truncateForColumn } from '../store/columns.js';
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

const OWNER = 'owner_business_info';

// How far an account has joined the Marketing Messages API has had two names: before v24.0 there is but the older one.
const MARKETING_FIELDS = [
  'marketing_messages_onboarding_status',
  'marketing_messages_lite_api_status',
  'disable_marketing_messages_on_cloud_api',
];

/** An account with the portfolio that owns it and with what it is for marketing, where the access token may see that. */
export async function readBusinessAccount(
  graph: GraphApiClient,
  businessAccountId: string,
  options: GraphRequestOptions,
): Promise<GraphBusinessAccount> {
  return readFields(graph, businessAccountId, options, ['id', 'name', OWNER, ...MARKETING_FIELDS]);
}

/** What an account is for marketing, by the fields that this version of the Graph API has. */
export async function readMarketing(
  graph: GraphApiClient,
  businessAccountId: string,
  options: GraphRequestOptions,
): Promise<GraphBusinessAccount> {
  return readFields(graph, businessAccountId, options, ['id', ...MARKETING_FIELDS]);
}

/** Without those fields that Meta refuses: for the rest the token, or the version, may be good enough. */
async function readFields(
  graph: GraphApiClient,
  businessAccountId: string,
  options: GraphRequestOptions,
  fields: readonly string[],
): Promise<GraphBusinessAccount> {
  try {
    return await graph.get<GraphBusinessAccount>([businessAccountId], { ...options, query: { fields } });
  } catch (error) {
    const fewer = withoutRefused(fields, error);
    if (fewer.length === fields.length) throw error;
    return readFields(graph, businessAccountId, options, fewer);
  }
}

/** Without the one that the error names, else without the owner, else without all that may be refused. */
function withoutRefused(fields: readonly string[], error: unknown): readonly string[] {
  if (!mayBeAboutAField(error)) return fields;
  const optional = fields.filter((field) => field === OWNER || MARKETING_FIELDS.includes(field));
  const named = optional.find((field) => error.metaMessage.includes(`(${field})`));
  const refused = named ?? optional.find((field) => field === OWNER);
  return fields.filter((field) => (refused === undefined ? !optional.includes(field) : field !== refused));
}

/** What Meta says of an account's marketing, as its row has it; nothing where it said nothing. */
export function marketingNewsOf({
  marketing_messages_onboarding_status: status,
  marketing_messages_lite_api_status: olderStatus,
  disable_marketing_messages_on_cloud_api: isOff,
}: GraphBusinessAccount) {
  const marketingStatus = truncateForColumn(status ?? olderStatus ?? null, 64);
  if (marketingStatus === null && isOff === undefined) return {};
  return { marketingStatus, isMarketingOffOnCloudApi: isOff ?? null, marketingReadAt: new Date() };
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

const FIELD_CODES: ReadonlySet<number> = new Set([3, 10, 100, 200]);

/** Permission, or a field that there is not. */
const mayBeAboutAField = (error: unknown): error is MetaApiError =>
  error instanceof MetaApiError && error.metaCode !== null && FIELD_CODES.has(error.metaCode);

/** Does something with each account, also after one failed. @throws the first failure, at the end */
export async function visitAccounts(
  accounts: readonly BusinessAccountEntity[],
  visit: (account: BusinessAccountEntity) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const account of accounts) await visit(account).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
