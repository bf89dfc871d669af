import { Controller, Get, Header, Headers, HttpCode, Post, RawBody, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WebhooksService } from '../../webhooks/webhooks.service.js';
import { TakesRawBody } from '../bodies/body.decorators.js';
import { RequestUrl } from '../surface/handler-parameters.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field } from '../surface/dto.js';

/** Query of the handshake. `WebhooksService` checks it. */
class HandshakeQuery {
  @Field({ enum: ['subscribe'] })
  'hub.mode'!: string;

  @Field({ description: 'The token that was entered in Meta’s App Dashboard.' })
  'hub.verify_token'!: string;

  @Field({ description: 'The text to answer.' })
  'hub.challenge'!: string;
}

class Change {
  @Field({ example: 'messages' })
  field!: string;

  @Field({
    type: 'object',
    additionalProperties: true,
    example: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
      contacts: [{ profile: { name: 'Ana' }, wa_id: '50212345678' }],
      messages: [
        {
          from: '50212345678',
          id: 'wamid.HBgLNTAyMTIzNDU2NzgVAgASGBQzQUFERjg0NDEz',
          timestamp: '1794864600',
          type: 'text',
          text: { body: 'Hola' },
        },
      ],
    },
  })
  value!: unknown;
}

class Entry {
  @Field({ example: '102290129340398' })
  id!: string;

  @Field({ type: () => Change, each: true })
  changes!: readonly Change[];
}

/** Body of a webhook, as Meta documents it. It is read as bytes, of which the signature is checked. */
class WebhookBody {
  @Field({ enum: ['whatsapp_business_account'], example: 'whatsapp_business_account' })
  object!: string;

  @Field({ type: () => Entry, each: true })
  entry!: readonly Entry[];
}

/** Receives Meta's webhooks. It answers by itself, out of reach of interceptors that wrap what handlers return. */
@Controller()
export class WebhookController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  @Operation({
    summary: 'Verify the address',
    description: 'Meta calls it once, when the address is entered in its App Dashboard.',
    queryType: HandshakeQuery,
    answers: {
      200: { description: 'The challenge.', content: { 'text/plain': { schema: string(), example: '1158201444' } } },
    },
    errors: [403],
  })
  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  handshake(@RequestUrl() { searchParams }: URL, @Res() response: unknown): void {
    this.#answer(response, this.webhooks.handshake(searchParams));
  }

  @Operation({
    summary: 'Receive a webhook',
    description:
      'Messages of customers, statuses of messages, and changes of templates and numbers. Meta signs each body in ' +
      '`X-Hub-Signature-256`.',
    body: WebhookBody,
    answers: {
      200: {
        description:
          'Everything in it is applied. What it reports about accounts that the app secret is not configured for is kept until they are added.',
      },
    },
    errors: [401],
  })
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
