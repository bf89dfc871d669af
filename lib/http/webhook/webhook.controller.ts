import { Controller, Get, Header, Headers, HttpCode, Post, RawBody } from '@nestjs/common';
import { WebhooksService } from '../../webhooks/webhooks.service.js';
import { TakesRawBody } from '../bodies/raw-body.decorator.js';
import { RequestUrl } from '../request-url.decorator.js';
import { Operation } from '../openapi/operation.js';
import { handshakeOperation, receiveOperation } from './webhook.operations.js';

/** Where Meta posts what happens. */
@Controller()
export class WebhookController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Operation(handshakeOperation)
  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  handshake(@RequestUrl() { searchParams }: URL): string {
    return this.webhooks.handshake(searchParams);
  }

  @Operation(receiveOperation)
  @Post()
  @HttpCode(200)
  @TakesRawBody()
  receive(
    @RawBody() rawBody: Buffer | undefined,
    @Headers('x-hub-signature-256') signature: string | undefined,
  ): Promise<void> {
    return this.webhooks.receive(rawBody, signature);
  }
}
