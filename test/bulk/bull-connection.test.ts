import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Module } from '@nestjs/common';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { describe, expect, it } from 'vitest';
import { database, Host } from '../module/host.js';

/** What `@nestjs/bullmq` provides to a host's queues: its own token, and a connection under another name. */
@Module({})
class BullMqModule {
  static forRoot(connection: object): DynamicModule {
    const config = { provide: 'BULLMQ_CONFIG(default)', useValue: { connection } };
    return { global: true, module: BullMqModule, providers: [config], exports: [config] };
  }
}

const start = (queue: 'bull' | { driver: 'bull'; configKey: string }, ...imports: DynamicModule[]): Promise<Host> =>
  Host.start({ imports: [database(), ...imports, WhatsAppModule.forRoot({ queue })] });

describe("queue: 'bull' stops the start with the line to add", () => {
  it.each<[string, DynamicModule[], RegExp]>([
    ['where there is no connection', [], /no connection of @nestjs\/bull\. Write BullModule\.forRoot\(\{ url:/],
    ['where only BullMQ has one', [BullMqModule.forRoot({ host: '127.0.0.1' })], /BullMQ's module/],
    ['where the address is not set', [BullModule.forRoot({ url: undefined })], /forRoot\(\) that names no Redis/],
  ])('%s', async (_, imports, words) => {
    await expect(start('bull', ...imports)).rejects.toThrow(words);
  });

  it('where another key has one', async () => {
    const imports = [BullModule.forRoot({ url: 'redis://127.0.0.1:1' })];
    await expect(start({ driver: 'bull', configKey: 'messages' }, ...imports)).rejects.toThrow(/messages/);
  });
});
