import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import {
  AccountsService,
  type WhatsAppHealthReport,
  MessagesService,
  TemplatesService,
  WhatsAppHealth,
} from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccountCredentials } from '../../lib/accounts/account-credentials.js';
import { SendingPauses } from '../../lib/accounts/sending-pauses.js';
import { GraphApiClient } from '../../lib/graph/graph-api.client.js';
import { FailedTokens } from '../../lib/observability/health/health-checks.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { disconnect } from '../support/disconnect.js';
import { describeNotRun } from '../support/services/not-run.js';
import { canRestart, restartableRedis } from '../support/services/restartable-server.js';
import { optionsFor, TestApp } from '../support/test-app.js';

const UP = { status: 'up' };
const PATIENCE = { timeout: 20_000, interval: 100 };

const statusesOf = ({ checks }: WhatsAppHealthReport) =>
  Object.fromEntries(Object.entries(checks).map(([name, { status }]) => [name, status]));

/** As `WhatsAppHealth.tokens`, which remembers for a while. */
const lookAtTokens = (app: TestApp) =>
  new FailedTokens(app.get(GraphApiClient), app.get(SendingPauses), app.get(AccountCredentials)).check.result();

const ALL_UP = { database: 'up', redis: 'up', meta: 'up', webhooks: 'up', tokens: 'up' };

describeEachDatabase('Health', (database) => {
  let fresh: FreshDatabase;
  beforeEach(async () => {
    fresh = await database.create();
  });
  afterEach(() => fresh.drop());

  it('is down with the database, and what needs it neither hangs nor is reported', async () => {
    await using app = await TestApp.start({ database: fresh.options });
    const health = app.get(WhatsAppHealth);
    expect(await health.check()).toMatchObject({ status: 'up', checks: { database: UP, meta: UP, tokens: UP } });
    await disconnect(app.app);
    await vi.waitFor(async () => expect((await health.check()).status).toBe('down'), PATIENCE);
    const { checks } = await health.check();
    expect(checks.database).toEqual({ status: 'down', message: 'The database does not answer.' });
    expect(checks.meta).toEqual(UP);
  });

  it('forgives a token that was refused once another process has another, before it is used', async () => {
    await using meta = await GraphApiServer.start({ sample: true });
    const encryptionKeys = [Buffer.alloc(32, 7).toString('base64')];
    const options = { ...optionsFor(meta), accounts: [], encryptionKeys };
    await using app = await TestApp.start({ meta, options, database: fresh.options });
    await using other = await TestApp.start({ meta, options, database: fresh.options });
    const { id: businessAccountId } = meta.account;
    meta.account.accessToken = 'EAAfirst';
    await app.get(AccountsService).add({ businessAccountId, accessToken: meta.account.accessToken });
    meta.account.accessToken = 'EAAanother';
    await expect(app.get(AccountsService).sync()).rejects.toMatchObject({ metaCode: 190 });
    expect(await lookAtTokens(app)).toMatchObject({ status: 'down', accounts: [businessAccountId] });

    await other.get(AccountsService).add({ businessAccountId, accessToken: meta.account.accessToken });
    // Every process hears of another token within two seconds.
    await vi.waitFor(async () => expect(await lookAtTokens(app)).toEqual(UP), { timeout: 30_000, interval: 50 });
  });
});

describe('Health', () => {
  let meta: GraphApiServer;
  beforeEach(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterEach(() => meta.close());

  it('asks Meta without a token, once for many who ask', async () => {
    await using app = await TestApp.start({ meta });
    const health = app.get(WhatsAppHealth);
    await Promise.all(Array.from({ length: 20 }, () => health.check()));
    expect(await health.meta()).toEqual(UP);
    expect(meta.requests).toHaveLength(1);
    expect(meta.requests[0]?.headers.authorization).toBeUndefined();
    expect(meta.requests[0]?.query).toEqual({});
  });

  it('is degraded without Meta, and down where the host says so', async () => {
    await using app = await TestApp.start({ meta });
    await meta.close();
    const health = app.get(WhatsAppHealth);
    const report = await health.check();
    expect([report.status, statusesOf(report)]).toEqual(['degraded', { ...ALL_UP, meta: 'down' }]);
    expect(report.checks.meta.message).toBe('Meta’s Graph API does not answer.');
    expect((await health.check({ fatal: ['meta'] })).status).toBe('down');
    expect((await health.check({ fatal: [] })).status).toBe('degraded');
  });

  it.each([
    ['answers that it is down', { kind: 'error', code: 2, status: 503 }],
    ['is a proxy that knows no Meta', { kind: 'status', status: 502 }],
    ['is a page of someone else’s', { kind: 'status', status: 200 }],
    ['never answers', { kind: 'silence' }],
  ] as const)('finds Meta away when what is there %s', async (_, fault) => {
    await using app = await TestApp.start({ meta });
    meta.faults.next(fault, { times: Infinity });
    const startedAt = performance.now();
    expect((await app.get(WhatsAppHealth).meta()).status).toBe('down');
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });

  it('finds Meta there when it only asks for fewer calls', async () => {
    await using app = await TestApp.start({ meta });
    meta.faults.next({ kind: 'status', status: 429 });
    expect(await app.get(WhatsAppHealth).meta()).toEqual(UP);
  });

  it('has no Redis to look at where none is used', async () => {
    await using app = await TestApp.start({ meta });
    expect(await app.get(WhatsAppHealth).redis()).toEqual({ status: 'up', message: 'No Redis is used.' });
  });

  it('tells of access tokens that Meta refuses, until another one works', async () => {
    const encryptionKeys = [Buffer.alloc(32, 7).toString('base64')];
    await using app = await TestApp.start({ meta, options: { ...optionsFor(meta), accounts: [], encryptionKeys } });
    const { id: businessAccountId } = meta.account;
    const accounts = app.get(AccountsService);
    const health = app.get(WhatsAppHealth);
    await accounts.add({ businessAccountId, accessToken: meta.accessToken });
    expect(await lookAtTokens(app)).toEqual(UP);

    meta.faults.next({ kind: 'error', code: 190 });
    await expect(accounts.sync()).rejects.toMatchObject({ metaCode: 190 });
    expect(await lookAtTokens(app)).toMatchObject({ status: 'down', accounts: [businessAccountId] });
    const report = await health.check();
    expect(statusesOf(report)).toEqual({ ...ALL_UP, tokens: 'down' });
    expect(JSON.stringify(report)).not.toContain(meta.accessToken);

    await accounts.sync();
    expect(await lookAtTokens(app)).toEqual(UP);
  });

  it('forgets the token of an account that was removed', async () => {
    const encryptionKeys = [Buffer.alloc(32, 7).toString('base64')];
    await using app = await TestApp.start({ meta, options: { ...optionsFor(meta), accounts: [], encryptionKeys } });
    const { id: businessAccountId } = meta.account;
    const accounts = app.get(AccountsService);
    await accounts.add({ businessAccountId, accessToken: meta.accessToken });
    meta.faults.next({ kind: 'error', code: 190 });
    await expect(accounts.sync()).rejects.toMatchObject({ metaCode: 190 });
    await accounts.remove(businessAccountId);
    expect(await app.get(WhatsAppHealth).tokens()).toEqual(UP);
  });

  it.each([0, 102, 104, 190])('finds a token bad by code %i', async (code) => {
    await using app = await TestApp.start({ meta });
    meta.faults.next({ kind: 'error', code });
    await expect(app.get(AccountsService).sync()).rejects.toMatchObject({ metaCode: code });
    expect(await app.get(WhatsAppHealth).tokens()).toMatchObject({ status: 'down', accounts: [meta.account.id] });
  });

  it.each([3, 10, 200, 294])('finds a token good that lacks the permission for a call, by code %i', async (code) => {
    await using app = await TestApp.start({ meta });
    meta.faults.next({ kind: 'error', code });
    await expect(app.get(TemplatesService).sync()).rejects.toMatchObject({ metaCode: code });
    expect(await app.get(WhatsAppHealth).tokens()).toEqual(UP);
  });

  it('tells of accounts that another process found not to send for their token', async () => {
    await using app = await TestApp.start({ meta });
    const pause = { scope: 'account', subjectId: meta.account.id, message: 'Refused.', until: null } as const;
    await app.get(SendingPauses).pause({ ...pause, code: '190' });
    await app.get(SendingPauses).pause({ ...pause, subjectId: '404', code: '131031' });
    expect(await app.get(WhatsAppHealth).tokens()).toMatchObject({ status: 'down', accounts: [meta.account.id] });
  });

  it('stays up when sends are refused for other reasons', async () => {
    await using app = await TestApp.start({ meta });
    meta.faults.nextSend({ kind: 'error', code: 131026 });
    const { name: template, language } = sampleTemplates.plain;
    await expect(app.get(MessagesService).sendTemplate({ template, language, to: '+5491155550000' })).rejects.toThrow(
      '131026',
    );
    expect(statusesOf(await app.get(WhatsAppHealth).check())).toEqual(ALL_UP);
  });
});

(canRestart.redis ? describe : describeNotRun('redis'))('Health with Bull', () => {
  it('is down while Redis is away, and up when it is back', async () => {
    const redis = await restartableRedis();
    @Module({ imports: [BullModule.forRoot({ url: redis.url })] })
    class RedisModule {}
    try {
      await using app = await TestApp.start({ imports: [RedisModule], options: { queue: 'bull' } });
      const health = app.get(WhatsAppHealth);
      expect(await health.check()).toMatchObject({ status: 'up', checks: { redis: UP } });

      const away = await redis.whileAway('SIGKILL', () =>
        vi.waitFor(async () => {
          const report = await health.check();
          expect(report.status).toBe('down');
          return report;
        }, PATIENCE),
      );
      expect(away.checks.redis).toEqual({ status: 'down', message: 'Redis does not answer.' });
      expect(away.checks.database).toEqual(UP);
      await vi.waitFor(async () => expect(await health.redis()).toEqual(UP), PATIENCE);

      await redis.stop();
      await vi.waitFor(async () => expect((await health.redis()).status).toBe('down'), PATIENCE);
    } finally {
      await redis.stop();
    }
  }, 60_000);
});
