import type { JsonObject } from '../../graph/json.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import { isProofRefusal, type MetaAccess } from '../meta-access.js';
import { type Examination, type FoundProblem, metaOf, NotChecked, type Result } from './examination.js';

/** Meta's description of a token. https://developers.facebook.com/docs/graph-api/reference/debug_token */
interface TokenDescription {
  readonly app_id?: string;
  readonly is_valid?: boolean;
  /** Unix seconds; 0 of one that does not end. */
  readonly expires_at?: number;
  readonly scopes?: readonly string[];
  readonly granular_scopes?: readonly { readonly scope?: string; readonly target_ids?: readonly string[] }[];
  readonly error?: { readonly message?: string };
}

/** What sends, and what reads accounts, numbers and templates. */
const PERMISSIONS = ['whatsapp_business_messaging', 'whatsapp_business_management'];

/** A token that ends sooner is one to be replaced now. */
const NOTICE_MS = 7 * 86_400_000;

const BAD_TOKEN_CODES: ReadonlySet<number | null> = new Set([0, 102, 104, 190]);

export async function checkToken(examination: Examination): Promise<Result | Result[]> {
  const { settings, learned, now } = examination;
  const meta = metaOf(examination);
  const described = await describeToken(meta, settings.accessToken ?? '', learned.appId);
  if ('problem' in described) {
    learned.isTokenGood = false;
    return described;
  }
  const { app_id, is_valid, expires_at = 0, scopes = [], error } = described;
  learned.appId = app_id;
  if (is_valid === false) {
    learned.isTokenGood = false;
    return { problem: 'token-invalid', detail: error?.message ?? 'Meta says that it is not valid.' };
  }
  const results: Result[] = [];
  const lacking = PERMISSIONS.filter((permission) => !scopes.includes(permission));
  if (lacking.length > 0) {
    results.push({ problem: 'token-missing-permission', detail: `The token lacks ${lacking.join(' and ')}.` });
  }
  const until = new Date(expires_at * 1000);
  if (expires_at > 0 && until.getTime() - now() < NOTICE_MS) {
    results.push({ problem: 'token-expires', detail: `The token ends on ${until.toISOString()}.` });
  }
  if (results.length > 0) return results;
  const end = expires_at > 0 ? `ends on ${until.toISOString()}` : 'never ends';
  return { ok: `valid, has both permissions, ${end}` };
}

async function describeToken(
  meta: MetaAccess,
  token: string,
  appId: string | undefined,
): Promise<TokenDescription | FoundProblem> {
  const path = ['debug_token'];
  const query = { input_token: token };
  try {
    return (await meta.get<{ data?: TokenDescription }>(path, query)).data ?? {};
  } catch (error) {
    if (!(error instanceof MetaApiError)) throw error;
    if (meta.demandsProof) return { problem: 'app-secret-missing', detail: error.metaMessage };
    if (BAD_TOKEN_CODES.has(error.metaCode)) return { problem: 'token-invalid', detail: error.metaMessage };
    if (error.metaCode === 2635) return { problem: 'graph-version-old', detail: error.metaMessage };
    // Meta may let no one but the app look at the token.
    if (appId === undefined) throw error;
    return (await meta.getAsApp<{ data?: TokenDescription }>(appId, path, query)).data ?? {};
  }
}

/** Whether the app secret is that of the token's app: Meta checks a proof that is made with it. */
export async function checkAppSecret({ settings, learned }: Examination): Promise<Result> {
  if (learned.meta === undefined || learned.isMetaReachable === false) throw new NotChecked('Meta cannot be asked');
  if (settings.appSecret === undefined) {
    throw new NotChecked('WHATSAPP_APP_SECRET is not set; webhooks cannot be verified without it');
  }
  try {
    const { id } = await learned.meta.getProved<JsonObject>(['app'], { fields: 'id' });
    learned.appId = typeof id === 'string' ? id : undefined;
  } catch (error) {
    if (!isProofRefusal(error)) throw new NotChecked('Meta does not take the access token');
    learned.isAppSecretGood = false;
    return { problem: 'app-secret-wrong', detail: 'Meta does not take a proof that is made with WHATSAPP_APP_SECRET.' };
  }
  learned.isAppSecretGood = true;
  return { ok: 'belongs to the app of the token' };
}
