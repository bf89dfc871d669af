import 'reflect-metadata';
import { getQueueToken } from '@nestjs/bull';
import { NestFactory } from '@nestjs/core';
import type { Queue } from 'bull';
import { serve } from '../processes/serve.js';
import { recipients } from '../recipients.js';
import { jobPerRecipientModule, type JobPerRecipientOptions } from './job-per-recipient.module.js';

async function jobPerRecipient(options: JobPerRecipientOptions) {
  const app = await NestFactory.createApplicationContext(jobPerRecipientModule(options), {
    logger: ['warn', 'error'],
    abortOnError: false,
  });
  const queue = app.get<Queue>(getQueueToken('messages'));
  return {
    /** Adds all jobs, and only then lets them run: adding is not what is measured. */
    async send(count: number): Promise<void> {
      await queue.pause();
      await queue.addBulk(Array.from(recipients(count), (data) => ({ data })));
      await queue.resume();
    },
    close: () => app.close(),
  };
}

export type JobPerRecipient = Awaited<ReturnType<typeof jobPerRecipient>>;

serve(jobPerRecipient);
