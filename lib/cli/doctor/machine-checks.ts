import { graphApiSettings } from '../../graph/graph-api.options.js';
import { isAccessToken } from '../../graph/graph-request.js';
import { causeOf, messageOf } from '../../foreign-errors.js';
import { MetaAccess } from '../meta-access.js';
import { type Examination, NotChecked, type Result } from './examination.js';

const OLDEST_NODE = [20, 19] as const;

export async function checkNode({ nodeVersion }: Examination): Promise<Result> {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (isOld) return { problem: 'node-too-old', detail: `This is Node ${nodeVersion}.` };
  return { ok: nodeVersion };
}

/** Each id of Meta's is a number of many digits. */
const ID = /^\d{6,}$/;

export async function checkSettings({ settings, learned }: Examination): Promise<Result[]> {
  const results: Result[] = [];
  const { businessAccountId, phoneNumberId, accessToken, appSecret } = settings;
  const missing = [
    ...(businessAccountId === undefined ? ['WHATSAPP_BUSINESS_ACCOUNT_ID'] : []),
    ...(accessToken === undefined ? ['WHATSAPP_ACCESS_TOKEN'] : []),
  ];
  if (missing.length > 0) results.push({ problem: 'settings-missing', detail: `Not set: ${missing.join(', ')}.` });
  const malformed = (detail: string) => results.push({ problem: 'settings-malformed', detail });
  if (businessAccountId !== undefined && !ID.test(businessAccountId)) {
    malformed('WHATSAPP_BUSINESS_ACCOUNT_ID is no id of Meta: an id has digits alone.');
  }
  if (phoneNumberId !== undefined && !ID.test(phoneNumberId)) {
    malformed('WHATSAPP_PHONE_NUMBER_ID is no id of Meta: an id has digits alone. It is not the phone number itself.');
  }
  const isTokenWhole = accessToken === undefined || (isAccessToken(accessToken) && !/["'`]/.test(accessToken));
  if (!isTokenWhole) malformed('WHATSAPP_ACCESS_TOKEN has quotes, spaces or line breaks in it.');
  if (appSecret !== undefined && !/^[\da-f]{32}$/i.test(appSecret)) {
    malformed('WHATSAPP_APP_SECRET is no app secret: it has 32 digits and letters from a to f.');
  }
  try {
    graphApiSettings({ baseUrl: settings.graphUrl, version: settings.graphVersion });
    if (accessToken !== undefined && isTokenWhole) learned.meta = new MetaAccess(settings);
  } catch (error) {
    malformed(`WHATSAPP_GRAPH_URL or WHATSAPP_GRAPH_VERSION: ${messageOf(error)}`);
  }
  return results.length > 0 ? results : [{ ok: 'ids and token are set' }];
}

/** When each version of the Graph API ends. https://developers.facebook.com/docs/graph-api/changelog/versions */
const VERSION_ENDS: Readonly<Record<string, string>> = {
  'v21.0': '2027-01-21',
  'v22.0': '2027-05-20',
  'v23.0': '2027-10-08',
  'v24.0': '2028-02-18',
  'v25.0': '2028-07-29',
};

const OLDEST_VERSION = 21;

/** A version is to be left so long before it ends. */
const VERSION_NOTICE_MS = 90 * 86_400_000;

export async function checkGraphVersion({ settings, now }: Examination): Promise<Result> {
  const version = versionOf(settings);
  const ends = VERSION_ENDS[version];
  if (Number.parseInt(version.slice(1), 10) < OLDEST_VERSION) {
    return { problem: 'graph-version-old', detail: `Meta has ended ${version}.` };
  }
  if (ends !== undefined && Date.parse(ends) - now() < VERSION_NOTICE_MS) {
    return { problem: 'graph-version-old', detail: `Meta ends ${version} on ${ends}.` };
  }
  return { ok: ends === undefined ? version : `${version}, until ${ends}` };
}

function versionOf({ graphUrl, graphVersion }: Examination['settings']): string {
  try {
    return graphApiSettings({ baseUrl: graphUrl, version: graphVersion }).pathPrefix.split('/').at(-1) ?? '';
  } catch {
    throw new NotChecked('the settings have to be mended first');
  }
}

const TIMEOUT_MS = 10_000;

/** A clock that is further off makes service windows open or closed at the wrong time. */
const MOST_OFF_MS = 60_000;

/** Whether Meta answers, and what its clock says. */
export async function checkMeta({ settings, now, learned }: Examination): Promise<Result[]> {
  const version = versionOf(settings);
  const { origin } = graphApiSettings({ baseUrl: settings.graphUrl });
  const asked = now();
  let date: string | null;
  try {
    const url = `${origin}/${version}/me`;
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    date = answer.headers.get('date');
  } catch (error) {
    learned.isMetaReachable = false;
    return [{ problem: 'meta-unreachable', detail: `${origin} does not answer: ${causeOf(error)}.` }];
  }
  const answers = { ok: `${origin} answers` };
  const off = date === null ? NaN : (asked + now()) / 2 - Date.parse(date);
  if (Number.isNaN(off) || Math.abs(off) <= MOST_OFF_MS) return [answers];
  const seconds = Math.round(Math.abs(off) / 1000);
  const detail = `The clock of this machine is ${seconds} seconds ${off > 0 ? 'ahead of' : 'behind'} Meta's.`;
  return [answers, { problem: 'clock-off', detail }];
}
