import { join } from 'node:path';
import { Deployment } from '../library/deployment.js';
import { Child } from '../processes/child.js';
import { recipient, template } from '../recipients.js';
import { digitsOf, type Figure, figure, perSecond, preciseMilliseconds, times } from '../report/figure.js';
import { unlimited } from '../stand-in/start.js';
import type { BareSender, BareSenderOptions } from './bare-sender.process.js';
import { type ClientRequest, type Cost, costOf, medianOf } from './load.js';
import { requireTime } from './require-time.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';
import { webhookRequests } from './webhook-requests.js';
import type { WorkDone } from './work.js';

const ALTERNATIONS = 5;
const AT_ONCE = 16;
const SENDS = 1_500;
const SENDS_ALONE = 200;
/** Until the compiler has seen enough of each process. */
const WARM_UP = 3_000;
const WEBHOOKS = 200;

/** More than any machine can send. */
const UNLIMITED = 1_000_000;

/** Something that sends a message when it is asked to by HTTP. */
interface Sender {
  readonly name: string;
  readonly url: string;
  readonly apiKey: string;
  readonly phoneNumberId: string;
  readonly workOf: () => Promise<WorkDone>;
  readonly together: Cost[];
  readonly alone: Cost[];
}

/** What a single send by HTTP with an idempotency key costs, next to the least that it can cost; and what one webhook does. */
export async function* single(): AsyncGenerator<Figure> {
  await using inProcess = await Deployment.prepare([unlimited]);
  await using withRedis = await Deployment.prepare([unlimited]);
  const meta = await inProcess.standIn.call('access');
  const bareOptions: BareSenderOptions = { meta, databaseUrl: inProcess.database.url };
  await using bare = await Child.start<BareSender>(join(__dirname, 'bare-sender.process.js'), bareOptions);
  const app = await inProcess.startHttp({ isAlone: true, workers: true, messagesPerSecond: UNLIMITED });
  const redisApp = await withRedis.startHttp({ workers: true, messagesPerSecond: UNLIMITED });

  const appAccess = await app.call('access');
  const sharedMeta = await withRedis.standIn.call('access');
  const baseline = senderOf('the least it can cost', await bare.call('access'), meta, () => bare.call('work'));
  const own = senderOf('nestjs-whatsapp', atEndpoint(appAccess), meta, () => app.call('work'));
  const sharedAccess = atEndpoint(await redisApp.call('access'));
  const shared = senderOf('nestjs-whatsapp with Redis', sharedAccess, sharedMeta, () => redisApp.call('work'));
  const senders = [baseline, own, shared];
  const strangers: Cost[] = [];
  const known: Cost[] = [];
  const statuses: Cost[] = [];
  for (const sender of senders) await costOf(requestsTo(sender, WARM_UP), AT_ONCE, sender.workOf);
  for (let round = 0; round < ALTERNATIONS; round += 1) {
    for (const sender of senders) {
      sender.alone.push(await costOf(requestsTo(sender, SENDS_ALONE), 1, sender.workOf));
      sender.together.push(await costOf(requestsTo(sender, SENDS), AT_ONCE, sender.workOf));
    }
    const webhooks = await webhookRequests(appAccess.url, inProcess.database, meta, WEBHOOKS, round);
    strangers.push(await costOf(webhooks.strangers, 1, own.workOf));
    known.push(await costOf(webhooks.known, 1, own.workOf));
    statuses.push(await costOf(webhooks.statuses, 1, own.workOf));
  }

  const least = middle(baseline.together, 'processorTime');
  yield figure(`${baseline.name}: processor time of a send, ${AT_ONCE} at once`, least, preciseMilliseconds);
  yield figure(`${baseline.name}: sends, ${AT_ONCE} at once`, middle(baseline.together, 'rate'), perSecond);
  yield figure(`${baseline.name}: median of one alone`, middle(baseline.alone, 'median'), preciseMilliseconds);
  for (const { name, together, alone } of [own, shared]) {
    const processorTime = middle(together, 'processorTime');
    yield figure(`${name}: processor time of a send, ${AT_ONCE} at once`, processorTime, preciseMilliseconds, {
      atMost: 2,
    });
    yield figure(`${name}: processor time / the least it can cost`, processorTime / least, times, { atMost: 3 });
    yield figure(`${name}: sends, ${AT_ONCE} at once`, middle(together, 'rate'), perSecond, { atLeast: 500 });
    yield figure(`${name}: statements of a send`, middle(together, 'statements'), digitsOf(2), { atMost: 4.1 });
    yield figure(`${name}: processor time of one alone`, middle(alone, 'processorTime'), preciseMilliseconds);
    yield figure(`${name}: median of one alone`, middle(alone, 'median'), preciseMilliseconds, { atMost: 6 });
  }
  for (const [name, costs] of [
    ['one message of a stranger', strangers],
    ['one message of someone known', known],
    ['one status', statuses],
  ] as const) {
    yield figure(`${name} by webhook: processor time`, middle(costs, 'processorTime'), preciseMilliseconds);
    yield figure(`${name} by webhook: statements`, middle(costs, 'statements'), digitsOf(2));
    yield figure(`${name} by webhook: median of one alone`, middle(costs, 'median'), preciseMilliseconds);
  }
  yield figure('start of an app, until it listens', await app.call('startTime'), preciseMilliseconds, {
    atMost: 1_000,
  });
  yield figure("require('nestjs-whatsapp')", await requireTime(ALTERNATIONS), preciseMilliseconds, { atMost: 150 });
}

const middle = (costs: readonly Cost[], name: keyof Cost): number => medianOf(costs.map((cost) => cost[name]));

function senderOf(
  name: string,
  access: { readonly url: string; readonly apiKey: string },
  { phoneNumberIds }: MetaAccess,
  workOf: Sender['workOf'],
): Sender {
  return { name, ...access, phoneNumberId: phoneNumberIds[0] ?? '', workOf, together: [], alone: [] };
}

const atEndpoint = ({ url, apiKey }: { readonly url: string; readonly apiKey: string }) => ({
  url: `${url}/api/v1/meta-templates/send`,
  apiKey,
});

/** People and keys that were not used before. */
let used = 0;

/** Sends to as many people, each with a key of its own. */
function requestsTo({ url, apiKey, phoneNumberId }: Sender, count: number): ClientRequest[] {
  return Array.from({ length: count }, () => {
    used += 1;
    const { phone, variables } = recipient(used);
    const body = {
      phone_number_id: phoneNumberId,
      template_name: template.name,
      language: template.language,
      recipient_phone: phone,
      variables,
    };
    const headers = { 'content-type': 'application/json', 'x-api-key': apiKey, 'idempotency-key': `send-${used}` };
    return { url, headers, body: JSON.stringify(body) };
  });
}
