import { Controller, Get, Header, Headers, HttpCode, Post, RawBody, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WebhooksService } from '../../webhooks/webhooks.service.js';
import { TakesRawBody } from '../bodies/raw-body.decorator.js';
import { RequestUrl } from '../request-url.decorator.js';
import { Operation } from '../openapi/operation.js';
import { handshakeOperation, receiveOperation } from './webhook.operations.js';

/** Where Meta posts what happens. It answers by itself, out of reach of interceptors that wrap what handlers return. */
@Controller()
export class WebhookController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  @Operation(handshakeOperation)
  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  handshake(@RequestUrl() { searchParams }: URL, @Res() response: unknown): void {
    this.#answer(response, this.webhooks.handshake(searchParams));
  }

  @Operation(receiveOperation)
  @Post()
  @HttpCode(200)
  @TakesRawBody()
  async receive(
    @RawBody() rawBody: Buffer | undefined,
    @Headers('x-hub-signature-256') signature: string | undefined,
    @Res() response: unknown,
  ): Promise<void> {
    await this.webhooks.receive(rawBody, signature);
    this.#answer(response);
  }

  #answer(response: unknown, body?: string): void {
    this.adapterHost.httpAdapter.reply(response, body, 200);
  }
}
