import type {
  GraphBusinessAccount,
  GraphHealthStatus,
  GraphPhoneNumber,
  GraphTemplate,
} from '../../graph/graph-api.types.js';
import { suggestion } from '../../did-you-mean.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import { accountOf, type Examination, type Result } from './examination.js';

/** Meta's code in a health status: what is charged cannot be paid. */
const NO_PAYMENT = 141006;

export async function checkAccount(examination: Examination): Promise<Result | Result[]> {
  const { learned } = examination;
  const { meta, id } = accountOf(examination);
  let account: GraphBusinessAccount;
  try {
    account = await meta.get<GraphBusinessAccount>([id], { fields: ['id', 'name', 'health_status'] });
  } catch (error) {
    if (!(error instanceof MetaApiError) || !isNotVisible(error)) throw error;
    learned.isAccountVisible = false;
    return { problem: 'account-not-visible', detail: `Meta does not show account ${id}: ${error.metaMessage}` };
  }
  const problems = problemsOf(account.health_status);
  if (problems.length > 0) return problems;
  const health = account.health_status?.can_send_message ?? 'AVAILABLE';
  return { ok: `${account.name ?? id}${health === 'AVAILABLE' ? '' : `; Meta says ${health}`}` };
}

/** 100 with subcode 33 is "does not exist, or may not be seen"; 10 and 200 to 299 are permissions. */
function isNotVisible({ metaCode, subcode }: MetaApiError): boolean {
  const code = metaCode ?? 0;
  return (code === 100 && subcode === 33) || code === 10 || (code >= 200 && code < 300);
}

function problemsOf(health: GraphHealthStatus | undefined): Result[] {
  const errors = (health?.entities ?? []).flatMap((entity) => entity.errors ?? []);
  const said = (error: (typeof errors)[number]): string =>
    `${error.error_description ?? 'Meta gives no reason.'} (${error.error_code ?? 'no code'})`;
  const unpaid = errors.filter((error) => error.error_code === NO_PAYMENT);
  const others = errors.filter((error) => error.error_code !== NO_PAYMENT);
  const isRestricted = health?.can_send_message === 'BLOCKED' && (others.length > 0 || unpaid.length === 0);
  return [
    ...(isRestricted
      ? [{ problem: 'account-restricted' as const, detail: others.map(said).join(' ') || 'Meta says BLOCKED.' }]
      : []),
    ...unpaid.slice(0, 1).map((error) => ({ problem: 'payment-missing' as const, detail: said(error) })),
  ];
}

const NUMBER_FIELDS = [
  'id',
  'display_phone_number',
  'verified_name',
  'status',
  'quality_rating',
  'name_status',
  'account_mode',
  'throughput',
  'whatsapp_business_manager_messaging_limit',
  'webhook_configuration',
];

/** States in which Meta has taken a number away, which registering does not mend. */
const RESTRICTED: ReadonlySet<string> = new Set([
  'BANNED',
  'RESTRICTED',
  'FLAGGED',
  'RATE_LIMITED',
  'DELETED',
  'MIGRATED',
]);

export async function checkPhoneNumber(examination: Examination): Promise<Result[]> {
  const { settings, learned } = examination;
  const { meta, id } = accountOf(examination);
  const numbers = await meta.list<GraphPhoneNumber>([id, 'phone_numbers'], { fields: NUMBER_FIELDS, limit: 100 });
  const wanted = settings.phoneNumberId;
  const chosen = wanted === undefined ? numbers : numbers.filter((number) => number.id === wanted);
  if (chosen.length === 0) return [{ problem: 'phone-number-not-in-account', detail: noneOf(numbers, id, wanted) }];
  const { phone_number, whatsapp_business_account, application } = chosen[0]?.webhook_configuration ?? {};
  learned.webhookAtMeta = phone_number ?? whatsapp_business_account ?? application;
  return chosen.flatMap(resultsOfNumber);
}

function noneOf(numbers: readonly GraphPhoneNumber[], account: string, wanted: string | undefined): string {
  if (numbers.length === 0) return `The account ${account} has no phone number.`;
  const hint = wanted === account ? ' It is the id of the account itself.' : '';
  return `The account has no phone number ${wanted}.${hint} It has ${numbers.map(inWords).join(', ')}.`;
}

const inWords = ({ id, display_phone_number }: GraphPhoneNumber): string =>
  `${id} (${display_phone_number ?? 'no number'})`;

function resultsOfNumber(number: GraphPhoneNumber): Result[] {
  const name = number.display_phone_number ?? number.id;
  const { status = 'UNKNOWN', name_status, quality_rating = 'UNKNOWN', account_mode } = number;
  const results: Result[] = [];
  if (RESTRICTED.has(status)) {
    results.push({ problem: 'phone-number-restricted', detail: `The status of ${name} is ${status}.` });
  } else if (status !== 'CONNECTED') {
    results.push({
      problem: 'phone-number-not-registered',
      detail: `The status of ${name} is ${status}, not CONNECTED.`,
    });
  }
  if (name_status === 'DECLINED') {
    const detail = `Meta declined the display name of ${name}, "${number.verified_name ?? ''}".`;
    results.push({ problem: 'display-name-declined', detail });
  }
  if (quality_rating === 'RED') {
    results.push({ problem: 'quality-low', detail: `The quality of ${name} is RED.` });
  }
  const facts = [
    `quality ${quality_rating}`,
    `messaging limit ${number.whatsapp_business_manager_messaging_limit ?? 'unknown'}`,
    `throughput ${number.throughput?.level ?? 'unknown'}`,
    ...(account_mode === 'SANDBOX' ? ['a test number, which writes to the people entered at Meta alone'] : []),
  ];
  return results.length > 0 ? results : [{ ok: `${name}: ${facts.join(', ')}` }];
}

export async function checkTemplate(examination: Examination): Promise<Result> {
  const { template: wanted } = examination;
  const { meta, id } = accountOf(examination);
  const fields = ['name', 'language', 'status'];
  const templates = await meta.list<GraphTemplate>([id, 'message_templates'], { fields, limit: 100 });
  const approved = templates.filter(({ status }) => status === 'APPROVED');
  if (!wanted) {
    if (approved.length > 0) return { ok: `${approved.length} of ${templates.length} approved` };
    return { problem: 'template-missing', detail: `None of the ${templates.length} templates is approved.` };
  }
  const named = templates.filter(({ name }) => name === wanted.name);
  if (named.length === 0) {
    const meant = suggestion(wanted.name, new Set(templates.map(({ name }) => name)));
    return { problem: 'template-missing', detail: `There is no template "${wanted.name}".${meant}` };
  }
  const found = named.find(({ language }) => wanted.language === undefined || language === wanted.language);
  if (!found) {
    const languages = named.map(({ language }) => language).join(', ');
    return { problem: 'template-missing', detail: `"${wanted.name}" has no ${wanted.language}; it has ${languages}.` };
  }
  if (found.status === 'APPROVED') return { ok: `"${found.name}" in ${found.language} is approved` };
  return { problem: 'template-not-approved', detail: `"${found.name}" in ${found.language} is ${found.status}.` };
}
