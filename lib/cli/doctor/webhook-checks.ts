import { verifyWebhook } from '../webhook/handshake.js';
import { accountOf, type Examination, metaOf, NotChecked, type Result } from './examination.js';

/** An app that an account's webhooks go to. */
interface SubscribedApp {
  readonly whatsapp_business_api_data?: { readonly id?: string; readonly name?: string };
  readonly override_callback_uri?: string;
}

export async function checkSubscription(examination: Examination): Promise<Result> {
  const { appId } = examination.learned;
  const { meta, id } = accountOf(examination);
  const apps = await meta.list<SubscribedApp>([id, 'subscribed_apps'], {});
  const own = apps.find((app) => appId === undefined || app.whatsapp_business_api_data?.id === appId);
  if (own) return { ok: `${own.whatsapp_business_api_data?.name ?? 'the app'} is subscribed to the account` };
  const others = apps.map((app) => app.whatsapp_business_api_data?.name ?? 'an app without a name').join(', ');
  const detail = others === '' ? 'No app is subscribed to the account.' : `Only other apps are subscribed: ${others}.`;
  return { problem: 'webhook-not-subscribed', detail };
}

/** What an app gets webhooks of. https://developers.facebook.com/docs/graph-api/reference/app/subscriptions */
interface Subscription {
  readonly object?: string;
  readonly callback_url?: string;
  readonly fields?: readonly { readonly name?: string }[];
}

/** What the module goes by where webhooks say it; without them it asks Meta now and then. */
const USEFUL_FIELDS = [
  'account_update',
  'phone_number_quality_update',
  'message_template_status_update',
  'template_category_update',
];

export async function checkFields(examination: Examination): Promise<Result> {
  const { appId, isAppSecretGood } = examination.learned;
  const meta = metaOf(examination);
  if (appId === undefined || isAppSecretGood !== true)
    throw new NotChecked('Meta says it with the right app secret alone');
  const { data = [] } = await meta.getAsApp<{ data?: readonly Subscription[] }>(appId, [appId, 'subscriptions']);
  const own = data.find(({ object }) => object === 'whatsapp_business_account');
  if (!own) return { problem: 'webhook-not-configured', detail: 'The app has no address for webhooks.' };
  examination.learned.webhookAtMeta ??= own.callback_url;
  const fields = new Set((own.fields ?? []).map(({ name }) => name));
  if (!fields.has('messages')) {
    return { problem: 'webhook-field-missing', detail: 'The app is not subscribed to the field `messages`.' };
  }
  const lacking = USEFUL_FIELDS.filter((field) => !fields.has(field));
  return { ok: lacking.length === 0 ? 'messages and four more' : `messages; also useful: ${lacking.join(', ')}` };
}

export async function checkAddress({ settings, learned }: Examination): Promise<Result[]> {
  const { webhookUrl, verifyToken } = settings;
  const { webhookAtMeta } = learned;
  const results: Result[] = [];
  if (webhookUrl !== undefined && webhookAtMeta !== undefined && !isSameAddress(webhookUrl, webhookAtMeta)) {
    results.push({
      problem: 'webhook-goes-elsewhere',
      detail: `Meta posts to ${webhookAtMeta}, not to ${webhookUrl}.`,
    });
  }
  const url = webhookUrl ?? webhookAtMeta;
  if (url === undefined) throw new NotChecked('Meta names no address, and WHATSAPP_WEBHOOK_URL is not set');
  if (verifyToken === undefined) {
    if (results.length > 0) return results;
    throw new NotChecked('WHATSAPP_VERIFY_TOKEN is not set');
  }
  const handshake = await verifyWebhook(url, verifyToken);
  if (handshake.isVerified) return [...results, { ok: `${url} takes the verify token` }];
  const problem = handshake.isRefused ? 'webhook-verify-token-wrong' : 'webhook-unreachable';
  return [...results, { problem, detail: `${url} ${handshake.problem}` }];
}

const isSameAddress = (one: string, other: string): boolean => plain(one) === plain(other);

const plain = (url: string): string => (URL.canParse(url) ? new URL(url).href : url).replace(/\/+$/, '');
