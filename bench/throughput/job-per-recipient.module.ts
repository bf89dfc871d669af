import { BullModule, Process, Processor } from '@nestjs/bull';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import type { Job } from 'bull';
import { Repository } from 'typeorm';
import { payloadFor, type Recipient } from '../recipients.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';
import { Outcome } from './outcome.entity.js';

export interface JobPerRecipientOptions {
  readonly meta: MetaAccess;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly concurrency: number;
}

const META = Symbol('META');

/** What a Nest app does without the library: a Bull job for each recipient, `fetch`, and a row for the outcome. */
export function jobPerRecipientModule(options: JobPerRecipientOptions): DynamicModule {
  const { databaseUrl, redisUrl, prefix, concurrency } = options;

  @Processor('messages')
  class MessagesProcessor {
    constructor(
      @Inject(META) private readonly meta: MetaAccess,
      @InjectRepository(Outcome) private readonly outcomes: Repository<Outcome>,
    ) {}

    @Process({ concurrency })
    async send({ data }: Job<Recipient>): Promise<void> {
      const response = await fetch(`${this.meta.url}/v25.0/${this.meta.phoneNumberIds[0]}/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.meta.accessToken}`, 'content-type': 'application/json' },
        body: payloadFor(data),
      });
      const answer: { messages?: { id: string }[] } = JSON.parse(await response.text());
      await this.outcomes.save({
        phone: data.phone,
        status: response.ok ? 'sent' : 'failed',
        wamid: answer.messages?.[0]?.id ?? null,
        error: response.ok ? null : JSON.stringify(answer),
        finishedAt: new Date(),
      });
    }
  }

  @Module({})
  class JobPerRecipientModule {}

  return {
    module: JobPerRecipientModule,
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url: databaseUrl,
        entities: [Outcome],
        synchronize: true,
        poolSize: Math.min(concurrency, 40),
      }),
      TypeOrmModule.forFeature([Outcome]),
      BullModule.forRoot({ url: redisUrl, prefix, defaultJobOptions: { removeOnComplete: true } }),
      BullModule.registerQueue({ name: 'messages' }),
    ],
    providers: [{ provide: META, useValue: options.meta }, MessagesProcessor],
  };
}
