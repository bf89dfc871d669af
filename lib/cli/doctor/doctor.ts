import { checkAccount, checkPhoneNumber, checkTemplate } from './account-checks.js';
import { type Check, type Examination, type Finding, findingsOf, NotChecked } from './examination.js';
import { checkGraphVersion, checkMeta, checkNode, checkSettings } from './machine-checks.js';
import { checkAppSecret, checkToken } from './token-checks.js';
import { checkAddress, checkFields, checkSubscription } from './webhook-checks.js';

/** What is looked at, in this order: what a check learns, those after it use. */
const CHECKS: readonly Check[] = [
  { title: 'Node.js', run: checkNode },
  { title: 'Settings', run: checkSettings },
  { title: 'Graph API version', run: checkGraphVersion },
  { title: 'Connection to Meta', run: checkMeta },
  { title: 'App secret', run: checkAppSecret },
  { title: 'Access token', run: checkToken },
  { title: 'Business account', run: checkAccount },
  { title: 'Phone number', run: checkPhoneNumber },
  { title: 'Templates', run: checkTemplate },
  { title: 'Webhook subscription', run: checkSubscription },
  { title: 'Webhook fields', run: checkFields },
  { title: 'Webhook address', run: checkAddress },
  { title: 'Database', run: checkDatabase },
  { title: 'Redis', run: checkRedis },
];

/** TypeORM and the entities take a second to load: only where there is a database to look at. */
async function checkDatabase({ settings, folder }: Examination) {
  if (settings.databaseUrl === undefined) throw new NotChecked('DATABASE_URL is not set');
  const { checkTables } = await import('./database-check.js');
  return checkTables(settings.databaseUrl, folder);
}

async function checkRedis({ settings, folder }: Examination) {
  if (settings.redisUrl === undefined) throw new NotChecked('REDIS_URL is not set; needed for the queue bull alone');
  const { checkRedisAt } = await import('./redis-check.js');
  return checkRedisAt(settings.redisUrl, folder);
}

/** What the doctor finds, one after another. Nothing is changed, neither here nor at Meta. */
export async function* diagnose(patient: Omit<Examination, 'learned'>): AsyncGenerator<Finding, void, undefined> {
  const examination: Examination = { ...patient, learned: {} };
  try {
    for (const check of CHECKS) yield* await findingsOf(check, examination);
  } finally {
    await examination.learned.meta?.close();
  }
}
