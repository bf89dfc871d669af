import { Controller, Get, Header, Headers, HttpCode, Post, RawBody, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WebhooksService } from '../../webhooks/webhooks.service.js';
import { TakesRawBody } from '../bodies/raw-body.decorator.js';
import { RequestUrl } from '../request-url.decorator.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import { array, object, oneOf, type Schema, string } from '../openapi/schema.js';

const handshakeOperation: OperationDescription = {
  summary: 'Meta makes sure of the address',
  query: {
    'hub.mode': { description: '', schema: oneOf('subscribe'), required: true },
    'hub.verify_token': { description: 'What Meta’s App Dashboard was told.', schema: string(), required: true },
    'hub.challenge': { description: 'What to answer.', schema: string(), required: true },
  },
  answers: {
    200: {
      description: 'The challenge.',
      content: { 'text/plain': { schema: string(), example: '1158201444' } },
    },
  },
  errors: [403],
};

const anything: Schema = { type: 'object', additionalProperties: true };

const receiveOperation: OperationDescription = {
  summary: 'Meta tells what happened',
  description:
    'Messages of customers, statuses of messages, and what becomes of templates and numbers. Meta signs each body in ' +
    '`X-Hub-Signature-256`.',
  json: {
    schema: object({
      object: oneOf('whatsapp_business_account'),
      entry: array(object({ id: string(), changes: array(object({ field: string(), value: anything })) })),
    }),
    example: {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '102290129340398',
          changes: [
            {
              field: 'messages',
              value: {
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
            },
          ],
        },
      ],
    },
  },
  answers: {
    200: {
      description:
        'Everything in it is applied. What it reports about accounts that the app secret is not configured for is kept until they are added.',
    },
  },
  errors: [401],
};

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
