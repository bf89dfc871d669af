import { createHmac, randomBytes } from 'node:crypto';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { adapters, TestApp } from '../support/test-app.js';
import { Evidence, places } from './evidence.js';
import { newToken, Scenario } from './scenario.js';

const PATIENCE = { timeout: 10_000 };
const NOT_FOR_META = { isForMeta: false };

describe.each(adapters)('after everything was done with secrets on $adapter', ({ adapter }) => {
  const evidence = new Evidence();
  let meta: GraphApiServer;

  beforeAll(async () => {
    const accessToken = evidence.secret('access token', newToken());
    const malformedToken = evidence.secret('malformed access token', newToken());
    const appSecret = evidence.secret('app secret', randomBytes(16).toString('hex'), NOT_FOR_META);
    for (const token of [accessToken, malformedToken]) {
      evidence.secret('appsecret_proof', createHmac('sha256', appSecret).update(token).digest('hex'));
    }
    let isMalformed = true;
    meta = await GraphApiServer.start({
      sample: true,
      accessToken,
      appSecret,
      isMalformedToken: (token) => isMalformed && token === malformedToken,
    });
    const broken = meta.addAccount({ accessToken: malformedToken });
    broken.addPhoneNumber();
    broken.addTemplate({ ...sampleTemplates.oneTimeCode, id: undefined });

    using _ = evidence.watchConsole();
    await using app = await TestApp.start({
      adapter,
      meta,
      logger: evidence.log,
      database: { type: 'better-sqlite3', database: ':memory:', logger: evidence.queryLog() },
      options: {
        graph: { baseUrl: meta.url, appSecretProof: true },
        accounts: [
          { businessAccountId: meta.account.id, accessToken, appSecret },
          { businessAccountId: broken.id, accessToken: malformedToken, appSecret, workspace: 'broken' },
        ],
        encryptionKeys: [evidence.secret('encryption key', randomBytes(32).toString('base64'), NOT_FOR_META)],
        refreshInterval: 3_600_000,
        // Nest's own, whose place the evidence's takes.
        logger: undefined,
      },
    });
    await vi.waitUntil(
      () => evidence.log.text.includes(`Meta refused the access token of business account ${broken.id}`),
      PATIENCE,
    );

    const scenario = new Scenario(app, meta, evidence);
    await scenario.apiKeys();
    await scenario.oneTimeCodes();
    await scenario.malformedToken('broken', (given) => {
      isMalformed = given;
    });
    await scenario.addedAccounts(malformedToken);
    await evidence.readRows(app.get(DataSource));
    await scenario.missingTables();
  });
  afterAll(() => meta.close());

  it.each(places)('none is found in the %s', (place) => {
    expect(evidence.leaksAt(place)).toEqual([]);
  });

  it('each was used: Meta got every token, proof and code that was for it', () => {
    const got = JSON.stringify(meta.requests);
    const missing = evidence.secrets.filter(({ value, isForMeta }) => got.includes(value) !== isForMeta);
    expect(missing.map(({ name }) => name)).toEqual([]);
    expect(evidence.secrets.filter(({ isForMeta }) => isForMeta).length).toBeGreaterThan(9);
  });

  it('the app was heard: what is no secret is found', () => {
    expect(evidence.statuses).toEqual(new Set([200, 400, 401, 403, 404, 409, 500, 502, 504]));
    const textAt = (place: (typeof places)[number]) => evidence.at(place).join('\n');
    expect(textAt('log')).toContain('Nest application successfully started');
    expect(textAt('log')).toContain('Malformed access token [redacted]');
    expect(textAt('log')).toContain('no such table: whatsapp_messages');
    expect(textAt('answers')).toContain('Malformed access token [redacted]');
    expect(textAt('answers')).toContain('Parameter value [redacted] is not valid');
    expect(textAt('outcomes')).toContain('Malformed access token [redacted]');
    expect(textAt('outcomes')).toContain('line break');
    expect(textAt('rows')).toContain('Parameter value [redacted] is not valid');
    expect(textAt('rows')).toContain('Mi Empresa');
    expect(textAt('statements')).toMatch(/INSERT INTO "whatsapp_messages".*login_code/s);
  });

  it('a secret would be found, also in part', () => {
    const other = new Evidence();
    other.log.warn(`Malformed access token ${other.secret('token', newToken()).slice(5, 25)}`);
    expect(other.leaksAt('log')).toHaveLength(1);
  });
});
