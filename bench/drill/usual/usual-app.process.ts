import 'reflect-metadata';
import { type Job, Queue, Worker } from 'bullmq';
import { DataSource, EntitySchema } from 'typeorm';
import { WhatsAppAPI } from 'whatsapp-api-js';
import { BodyComponent, BodyParameter, Template } from 'whatsapp-api-js/messages';
import type { BulkPlan } from '../../library/worker.process.js';
import { serve } from '../../processes/serve.js';
import { type Recipient, recipients, template } from '../../recipients.js';
import type { DrillAppOptions } from '../app.process.js';

interface SendJob extends Recipient {
  readonly phoneNumberId: string;
}

/** The outcome of a message, as such an app keeps it. */
const Outcome = new EntitySchema<{ phone: string; status: string; detail: string }>({
  name: 'outcomes',
  columns: {
    phone: { type: 'varchar', length: '32', primary: true },
    status: { type: 'varchar', length: '16' },
    detail: { type: 'text' },
  },
});

const CONCURRENCY = 50;

/** As BullMQ's guide has it: some tries, each after a longer wait. */
const JOB = { attempts: 5, backoff: { type: 'exponential', delay: 1_000 }, removeOnComplete: true, removeOnFail: true };

/** What is built without the library: a BullMQ job for each recipient, an SDK for the call, and a row for the outcome. */
async function usualApp({ meta, databaseUrl, redis: { url, prefix } }: DrillAppOptions) {
  const database = await connected(databaseUrl);
  const outcomes = database.getRepository(Outcome);
  const api = new WhatsAppAPI({
    token: meta.accessToken,
    secure: false,
    v: 'v25.0',
    ponyfill: { fetch: fetchFrom(meta.url) },
  });
  const connection = { host: '127.0.0.1', port: Number(new URL(url).port), maxRetriesPerRequest: null };
  const queue = new Queue<SendJob>('messages', { connection, prefix });

  async function send({ data: { phoneNumberId, phone, variables } }: Job<SendJob>): Promise<void> {
    const body = new BodyComponent(new BodyParameter(variables['1']), new BodyParameter(variables['2']));
    const message = new Template(template.name, template.language, body);
    const answer = await api.sendMessage(phoneNumberId, phone, message);
    if (answer.error) throw new Error(answer.error.message);
    await outcomes.upsert({ phone, status: 'sent', detail: answer.messages[0].id }, ['phone']);
  }

  const worker = new Worker<SendJob>('messages', send, { connection, prefix, concurrency: CONCURRENCY });
  worker.on('failed', (job, error) => {
    if (!job || job.attemptsMade < JOB.attempts) return;
    void outcomes.upsert({ phone: job.data.phone, status: 'failed', detail: error.message }, ['phone']).catch(() => {});
  });
  queue.on('error', () => {});
  worker.on('error', () => {});
  process.once('SIGTERM', () => void close().finally(() => process.exit()));

  async function close(): Promise<void> {
    await worker.close();
    await queue.close();
    await database.destroy();
  }

  return {
    webhookUrl: () => '',
    sync: () => database.synchronize(),
    async create({ phoneNumberId, count, first }: BulkPlan): Promise<void> {
      const jobs = Array.from(recipients(count, first), (recipient) => ({ ...recipient, phoneNumberId }));
      await queue.addBulk(jobs.map((data) => ({ name: 'send', data, opts: JOB })));
    },
    resume: async () => {},
    /** How many jobs have no end yet. */
    async open(): Promise<number> {
      const counts = await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized', 'waiting-children');
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    close,
  };
}

/** The SDK has Meta's address built in. */
function fetchFrom(url: string): typeof fetch {
  return (input, init) => {
    const address = input instanceof Request ? input.url : input.toString();
    return fetch(address.replace('https://graph.facebook.com', url), init);
  };
}

async function connected(url: string): Promise<DataSource> {
  const kind = url.startsWith('postgres:') ? ({ type: 'postgres' } as const) : ({ type: 'mariadb' } as const);
  for (;;) {
    const database = new DataSource({ ...kind, url, entities: [Outcome] });
    try {
      return await database.initialize();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

serve(usualApp);
