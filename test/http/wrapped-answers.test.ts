import { type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { BulkService, WhatsAppModule } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { map } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { database, Host } from '../module/host.js';
import { adapters, optionsFor } from '../support/test-app.js';

class Wrapper implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

describe.each(adapters)('a wrapper of all answers on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;
  let host: Host;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    host = await Host.start({
      adapter,
      providers: [{ provide: APP_INTERCEPTOR, useClass: Wrapper }],
      imports: [
        database(),
        WhatsAppModule.forRoot({
          ...optionsFor(meta),
          webhook: { verifyToken: 'right' },
          surfaces: { metaTemplates: true, webhook: true },
        }),
      ],
    });
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await meta.close();
  });

  it('leaves the handshake of the webhook alone', async () => {
    const answer = await host.call(
      'GET',
      '/whatsapp/webhook?hub.mode=subscribe&hub.verify_token=right&hub.challenge=77',
    );
    expect(answer).toMatchObject({ status: 200, body: '77' });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  });

  it('leaves what is streamed alone', async () => {
    const { id } = await host.get(BulkService).create({
      phoneNumberId: meta.phoneNumber.id,
      template: sampleTemplates.plain.name,
      language: sampleTemplates.plain.language,
      recipients: [{ phone: '+5491112345678' }],
    });
    const key = await host.newKey();
    const events = await host.call('GET', `/api/v1/meta-templates/bulk-sends/${id}/events/`, undefined, key);
    expect(events).toMatchObject({ status: 200, body: expect.stringMatching(/^data: \{"id"/) });
    const csv = await host.call('GET', `/api/v1/meta-templates/bulk-sends/${id}/export/`, undefined, key);
    expect(csv).toMatchObject({ status: 200, body: expect.stringMatching(/^.?id,/) });
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
  });
});
