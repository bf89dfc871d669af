import { ApiKeysService, BulkService, WhatsAppModule } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { database, Host } from '../module/host.js';
import { adapters, optionsFor } from '../support/test-app.js';

describe.each(adapters)('event streams on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;
  let host: Host;
  let path: string;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    host = await Host.start({
      adapter,
      imports: [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { metaTemplates: true } })],
    });
    const { id } = await host.get(BulkService).create({
      phoneNumberId: meta.phoneNumber.id,
      template: sampleTemplates.plain.name,
      language: sampleTemplates.plain.language,
      recipients: [{ phone: '+5491112345678' }],
      scheduledAt: new Date(Date.now() + 3_600_000),
    });
    path = `${host.url}/api/v1/meta-templates/bulk-sends/${id}/events/`;
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await meta.close();
  });

  /** Milliseconds until a stream ends by itself, once something was done to its key. */
  async function endAfter(act: (id: number) => Promise<unknown>, given: object = {}): Promise<number> {
    const { key, apiKey } = await host.get(ApiKeysService).create({ name: 'Watcher', ...given });
    const response = await fetch(path, { headers: { 'x-api-key': key } });
    const begun = performance.now();
    await act(apiKey.id);
    expect(await response.text()).toContain('data: ');
    return performance.now() - begun;
  }

  it('end within two seconds of the revocation of their key, here or in another process', async () => {
    expect(await endAfter((id) => host.get(ApiKeysService).revoke(id))).toBeLessThan(2_000);
    const elsewhere = await endAfter((id) =>
      host.get(DataSource).query(`UPDATE whatsapp_api_keys SET revoked_at = ${Date.now()} WHERE id = ${id}`),
    );
    expect(elsewhere).toBeLessThan(2_000);
  });

  it('end when their key expires', async () => {
    const expiresAt = new Date(Date.now() + 1_500);
    expect(await endAfter(() => Promise.resolve(), { expiresAt })).toBeLessThan(3_500);
  });

  it('are 20 for each key; one that closes makes room', async () => {
    const headers = await host.newKey();
    const closing = new AbortController();
    const open = await Promise.all(Array.from({ length: 20 }, () => fetch(path, { headers, signal: closing.signal })));
    expect(open.every(({ status }) => status === 200)).toBe(true);
    const refused = await fetch(path, { headers });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await refused.body?.cancel();
    expect((await fetch(path, { headers: await host.newKey(), signal: closing.signal })).status).toBe(200);
    closing.abort();
    await expect
      .poll(async () => {
        const again = await fetch(path, { headers });
        await again.body?.cancel();
        return again.status;
      })
      .toBe(200);
  });
});
