import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { WhatsAppHealthIndicator } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { oneAdapter, TestApp } from '../support/test-app.js';

@Controller()
class TerminusController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly whatsapp: WhatsAppHealthIndicator,
  ) {}

  @Get('ready')
  @HealthCheck()
  ready() {
    return this.health.check([() => this.whatsapp.isHealthy('whatsapp')]);
  }

  @Get('state')
  @HealthCheck()
  state() {
    return this.health.check([() => this.whatsapp.isHealthyOrDegraded('whatsapp')]);
  }

  @Get('each')
  @HealthCheck()
  each() {
    return this.health.check([
      () => this.whatsapp.database('whatsapp_database'),
      () => this.whatsapp.redis('whatsapp_redis'),
      () => this.whatsapp.meta('whatsapp_meta'),
      () => this.whatsapp.webhooks('whatsapp_webhooks'),
      () => this.whatsapp.tokens('whatsapp_tokens'),
    ]);
  }
}

describe.each(oneAdapter)('The indicator in Terminus on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;
  let app: TestApp;
  beforeEach(async () => {
    meta = await GraphApiServer.start({ sample: true });
    app = await TestApp.start({
      meta,
      adapter,
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [TerminusController],
      options: { isGlobal: true },
    });
  });
  afterEach(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
  });

  it('is up with all that was looked at', async () => {
    const { status, body } = await app.call('GET', '/ready');
    expect([status, body.status]).toEqual([200, 'ok']);
    expect(body.info.whatsapp).toMatchObject({
      status: 'up',
      checks: { database: { status: 'up' }, meta: { status: 'up' }, tokens: { status: 'up' } },
    });
    const each = await app.call('GET', '/each');
    expect([each.status, Object.keys(each.body.details)]).toEqual([
      200,
      ['whatsapp_database', 'whatsapp_redis', 'whatsapp_meta', 'whatsapp_webhooks', 'whatsapp_tokens'],
    ]);
  });

  it('stays up without Meta, or is degraded, unless Meta counts by itself', async () => {
    await meta.close();
    const ready = await app.call('GET', '/ready');
    expect([ready.status, ready.body.details.whatsapp.checks.meta.status]).toEqual([200, 'down']);
    const state = await app.call('GET', '/state');
    expect([state.status, state.body.status, state.body.details.whatsapp.status]).toEqual([
      200,
      'degraded',
      'degraded',
    ]);
    const each = await app.call('GET', '/each');
    expect([each.status, Object.keys(each.body.error)]).toEqual([503, ['whatsapp_meta']]);
  });

  it('is down with the database', async () => {
    await app.get(DataSource).destroy();
    await vi.waitFor(async () => expect((await app.call('GET', '/ready')).status).toBe(503), { timeout: 10_000 });
    const { body } = await app.call('GET', '/ready');
    expect(body.error.whatsapp).toMatchObject({ status: 'down', checks: { database: { status: 'down' } } });
    expect((await app.call('GET', '/state')).status).toBe(503);
  });
});
