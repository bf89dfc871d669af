import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reactionTo } from '../../lib/graph/error-catalogue.js';
import { ERROR_TABLE } from '../../lib/testing/errors/error-table.js';
import { TestApp } from '../support/test-app.js';

/** Refusals that the same request would meet again, however often it is made. */
const PERMANENT = new Set([100, 130403, 131008, 131009, 131021, 131026, 131050, 131051, 132000, 132012]);

describe('a send that Meta refused, repeated with its Idempotency-Key', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => app.meta.clear());

  const send = (key: string) =>
    app.call(
      'POST',
      '/api/v1/meta-templates/send/',
      {
        phone_number_id: app.meta.phoneNumber.id,
        template_name: sampleTemplates.named.name,
        language: sampleTemplates.named.language,
        recipient_phone: '+5491112345678',
        variables: { name: 'Juan', company: 'Mi Empresa' },
      },
      { 'idempotency-key': key },
    );
  const requests = () => app.meta.requestsTo('/messages', 'POST').length;

  it.each([...ERROR_TABLE.keys()])('with %i either hears the same again or is tried again', async (code) => {
    // Some messages are sent once more, by the other endpoint.
    const times = reactionTo(code, { endpoint: 'messages' }).reroute?.to === 'marketing_messages' ? 2 : 1;
    app.meta.faults.nextSend({ kind: 'error', code }, { times });
    const first = await send(`refused-${code}`);
    expect(first.status).toBeOneOf([429, 502]);
    const again = await send(`refused-${code}`);
    const triedAgain = requests() === 2;
    expect(again).toMatchObject(triedAgain ? { status: 200 } : { status: first.status, body: first.body });
    expect(triedAgain || first.status === 502).toBe(true);
    expect(triedAgain && PERMANENT.has(code)).toBe(false);
  });

  it('with texts that mean something of their own hears the same again', async () => {
    const texts = { message: 'Parameter value is not valid', details: "Param 'to' is not a valid phone number." };
    app.meta.faults.nextSend({ kind: 'error', code: 131009, ...texts });
    const first = await send('about-the-recipient');
    expect(first.body.error).toContain('recipient');
    expect(await send('about-the-recipient')).toMatchObject({ status: 502, body: first.body });
    expect(requests()).toBe(1);
  });

  it('with a bare 429 is tried again', async () => {
    app.meta.faults.nextSend({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    const first = await send('bare');
    expect(first).toMatchObject({ status: 429 });
    expect(Number(first.headers.get('retry-after'))).toBe(7);
    expect(await send('bare')).toMatchObject({ status: 200 });
  });
});
