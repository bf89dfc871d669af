import 'reflect-metadata';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { Agent, request } from 'undici';
import { serve } from '../processes/serve.js';
import { payloadFor, type Recipient, recipients } from '../recipients.js';
import type { JobPerRecipientOptions } from './job-per-recipient.module.js';
import type { JobPerRecipient } from './job-per-recipient.process.js';
import { Outcome } from './outcome.entity.js';

const QUEUE = 'messages';

/** The same as `job-per-recipient.module.ts` on BullMQ, with the fastest client there is: a call as an SDK makes it. */
async function jobPerRecipientOnBullmq(options: JobPerRecipientOptions): Promise<JobPerRecipient> {
  const { meta, databaseUrl, redisUrl, prefix, concurrency } = options;
  const poolSize = Math.min(concurrency, 40);
  const dataSource = new DataSource({
    type: 'postgres',
    url: databaseUrl,
    entities: [Outcome],
    synchronize: true,
    poolSize,
  });
  await dataSource.initialize();
  const outcomes = dataSource.getRepository(Outcome);
  const agent = new Agent({ connections: concurrency });
  const url = `${meta.url}/v25.0/${meta.phoneNumberIds[0]}/messages`;
  const headers = { authorization: `Bearer ${meta.accessToken}`, 'content-type': 'application/json' };
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<Recipient>(QUEUE, { connection, prefix });
  const worker = new Worker<Recipient>(QUEUE, ({ data }) => send(data), {
    connection,
    prefix,
    concurrency,
    removeOnComplete: { count: 0 },
    autorun: false,
  });

  async function send(recipient: Recipient): Promise<void> {
    const body = payloadFor(recipient);
    const { statusCode, body: answered } = await request(url, { method: 'POST', headers, body, dispatcher: agent });
    const text = await answered.text();
    const answer: { messages?: { id: string }[] } = JSON.parse(text);
    await outcomes.save({
      phone: recipient.phone,
      status: statusCode === 200 ? 'sent' : 'failed',
      wamid: answer.messages?.[0]?.id ?? null,
      error: statusCode === 200 ? null : text,
      finishedAt: new Date(),
    });
  }

  return {
    /** Adds all jobs, and only then lets them run: adding is not what is measured. */
    async send(count: number): Promise<void> {
      await queue.addBulk(Array.from(recipients(count), (data) => ({ name: 'send', data })));
      void worker.run();
    },
    async close(): Promise<void> {
      await worker.close();
      await queue.close();
      await connection.quit();
      await agent.close();
      await dataSource.destroy();
    },
  };
}

serve(jobPerRecipientOnBullmq);
