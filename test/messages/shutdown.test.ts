import { MessagesService, SendOutcomeUnknownError } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';

const TO = '+5491112345678';

describeEachDatabase('Shutting down', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;

  beforeEach(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
  });
  afterEach(async () => {
    await meta.close();
    await fresh.drop();
  });

  it('waits for a send that is on its way, and keeps its outcome', async () => {
    const app = await TestApp.start({ meta, database: fresh.options });
    meta.faults.nextSend({ kind: 'delay', ms: 300, when: 'after-accepting' });
    const { name, language } = sampleTemplates.plain;
    const sent = app.get(MessagesService).sendTemplate({ to: TO, template: name, language });
    await vi.waitFor(() => expect(meta.sendsTo(TO)).toBe(1));
    await app[Symbol.asyncDispose]();
    const { wamid } = await sent;
    expect(meta.messages.map(({ id }) => id)).toEqual([wamid]);

    const next = await TestApp.start({ meta, database: fresh.options });
    expect(await next.get(MessagesService).get(wamid ?? '')).toMatchObject({ status: 'sent' });
    await next[Symbol.asyncDispose]();
  });

  it('leaves no call without an outcome when Meta is silent', async () => {
    const options = optionsFor(meta);
    const impatient = { ...options, graph: { ...options.graph, responseTimeout: 500 } };
    const app = await TestApp.start({ meta, database: fresh.options, options: impatient });
    meta.faults.nextSend({ kind: 'silence', when: 'after-accepting' });
    const { name, language } = sampleTemplates.plain;
    const sent = app.get(MessagesService).sendTemplate({ to: TO, template: name, language });
    const outcome = sent.catch((error: unknown) => error);
    await vi.waitFor(() => expect(meta.sendsTo(TO)).toBe(1));
    await app[Symbol.asyncDispose]();
    expect(await outcome).toBeInstanceOf(SendOutcomeUnknownError);
  });
});
