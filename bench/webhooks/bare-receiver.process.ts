import 'reflect-metadata';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Controller, HttpCode, Module, Post, type RawBodyRequest, Req, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { IncomingMessage } from 'node:http';
import { serve } from '../processes/serve.js';

export interface BareReceiverOptions {
  readonly appSecret: string;
}

/** The least that any Nest app does with a webhook: it checks the signature and parses; nothing is stored. */
async function bareReceiver({ appSecret }: BareReceiverOptions) {
  let statuses = 0;

  @Controller('webhook')
  class WebhookController {
    @Post()
    @HttpCode(200)
    receive(@Req() { rawBody, headers }: RawBodyRequest<IncomingMessage>): void {
      const body = rawBody ?? Buffer.alloc(0);
      const expected = Buffer.from(`sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`);
      const given = Buffer.from(String(headers['x-hub-signature-256']));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new UnauthorizedException();
      const { entry }: { entry: { changes: { value: { statuses: unknown[] } }[] }[] } = JSON.parse(body.toString());
      statuses += entry[0]?.changes[0]?.value.statuses.length ?? 0;
    }
  }

  @Module({ controllers: [WebhookController] })
  class BareModule {}

  const app = await NestFactory.create(BareModule, { logger: ['warn', 'error'], rawBody: true });
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/webhook`;
  return { url: () => url, received: () => statuses, close: () => app.close() };
}

export type BareReceiver = Awaited<ReturnType<typeof bareReceiver>>;

serve(bareReceiver);
