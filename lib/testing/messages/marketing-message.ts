import { GraphError, invalidParam } from '../errors/graph-error.js';
import type { AccountNode, TemplateNode } from '../graph-node.js';
import type { RecordedMessage } from '../records/records.js';
import { isJsonObject, type Param } from '../server/param.js';
import type { MessageContext } from './recipient.js';

/** Keys that `/marketing_messages` takes and `/messages` does not. */
const MARKETING_KEYS = ['product_policy', 'message_activity_sharing', 'bid_spec'];

/** Everything that `/marketing_messages` takes. */
const KEYS: ReadonlySet<string> = new Set([
  'messaging_product',
  'recipient_type',
  'to',
  'recipient',
  'type',
  'template',
  'context',
  'recipient_identity_key_hash',
  'biz_opaque_callback_data',
  'messaging_account_id',
  ...MARKETING_KEYS,
]);

const POLICIES = ['CLOUD_API_FALLBACK', 'STRICT'] as const;

type ProductPolicy = (typeof POLICIES)[number];

/** Refuses what only `/marketing_messages` takes. */
export function refuseMarketingKeys(body: Param): void {
  for (const key of MARKETING_KEYS) if (body.get(key).given) throw unsupported(key);
}

/** Checks the envelope of a marketing message. See Meta's page "Send marketing template messages". */
export function readMarketingEnvelope(body: Param): ProductPolicy {
  const given = isJsonObject(body.value) ? Object.keys(body.value) : [];
  if (body.get('type').string() !== 'template') throw body.get('type').invalid('must be template.');
  const unknown = given.find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw unsupported(unknown);
  if (body.get('recipient_type').given) body.get('recipient_type').oneOf(['individual']);
  const sharing = body.get('message_activity_sharing');
  if (sharing.given && typeof sharing.value !== 'boolean') throw sharing.invalid('must be a boolean.');
  const bid = body.get('bid_spec');
  if (bid.given) bid.object().get('per_message_bid_multiplier').numberBetween(0, Infinity);
  const policy = body.get('product_policy');
  const named = policy.given ? policy.oneOf(POLICIES) : 'CLOUD_API_FALLBACK';
  return named === 'STRICT' ? 'STRICT' : 'CLOUD_API_FALLBACK';
}

const unsupported = (key: string): GraphError => invalidParam(key, 'is an unsupported parameter.');

/** Refuses a template that `/messages` does not send. */
export function checkCloudApi(template: TemplateNode, account: AccountNode): void {
  if (template.category !== 'MARKETING') return;
  if (account.isMarketingOnCloudApiDisabled) throw new GraphError(131063);
  if (template.hasMaxPrice) throw new GraphError(131061);
  if (hasGif(template)) {
    throw new GraphError(100, { details: 'A GIF header is supported by the Marketing Messages API only.' });
  }
}

/** Which product sends a marketing message: the Cloud API where the account has not joined, unless the policy forbids it. */
export function marketingProductOf(
  template: TemplateNode,
  policy: ProductPolicy,
  { account, recipient, call }: MessageContext,
): RecordedMessage['product'] {
  if (template.category !== 'MARKETING') throw new GraphError(134100);
  if (template.hasMaxPrice && recipient.kind === 'user') {
    throw new GraphError(131062, { details: 'A template with a maximum price needs a phone number.' });
  }
  if (account.marketingStatus !== 'ONBOARDED') {
    if (policy === 'STRICT') {
      throw new GraphError(134102, { details: 'The account is not onboarded to the Marketing Messages API.' });
    }
    checkCloudApi(template, account);
    return 'cloud_api';
  }
  if (template.adSyncedAt === null) throw new GraphError(134102, { details: 'The ad sync of the template failed.' });
  if (template.adSyncedAt > call.graph.now()) throw new GraphError(134101);
  return 'marketing_messages';
}

function hasGif({ outline }: TemplateNode): boolean {
  return [outline, ...(outline.cards ?? [])].some(({ header }) => header?.format === 'GIF');
}
