import { MessagesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource, type Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { MetaUnreachableError } from '../../lib/graph/meta-outcome.errors.js';
import { MessageEntity } from '../../lib/messages/message.entity.js';
import { SendOutcomeUnknownError, TemplateNotApprovedError } from '../../lib/messages/messages.errors.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { HeldCalls } from './held-calls.js';
import { RECIPIENT, welcome } from './template-inputs.js';

const PATIENCE = { timeout: 10_000 };
const NOT_APPROVED = ['PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'IN_APPEAL'];

const errorOf = (sending: Promise<unknown>): Promise<unknown> =>
  sending.then(
    () => undefined,
    (error) => error,
  );

describeEachDatabase('MessagesService.sendTemplate', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;
  let messages: MessagesService;
  let rows: Repository<MessageEntity>;
  const calls = new HeldCalls();

  beforeAll(async () => {
    fresh = await database.create();
    // Argentine numbers have another WhatsApp id than number.
    meta = await GraphApiServer.start({ sample: true, waId: (digits) => digits.replace(/^549/, '54') });
    for (const status of NOT_APPROVED) {
      const components = [{ type: 'BODY', text: 'Hola' }];
      meta.account.addTemplate({ name: `is_${status.toLowerCase()}`, language: 'es', status, components });
    }
    app = await start(30_000);
    messages = app.get(MessagesService);
    rows = app.get(DataSource).getRepository(MessageEntity);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await calls.close();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(async () => {
    meta.clear();
    await rows.clear();
  });

  const start = (responseTimeout: number) => {
    const graph = { baseUrl: meta.url, dispatcher: calls.dispatcher, responseTimeout };
    return TestApp.start({ meta, database: fresh.options, options: { ...optionsFor(meta), graph } });
  };
  const theRow = async (): Promise<MessageEntity> => {
    const all = await rows.find();
    expect(all).toHaveLength(1);
    return rows.findOneByOrFail({});
  };
  const requests = () => meta.requestsTo('/messages', 'POST');

  const rename = (from: string, to: string) => app.get(DataSource).query(`ALTER TABLE ${from} RENAME TO ${to}`);

  it('has a row with content and recipient before Meta is called', async () => {
    const held = calls.next();
    const sending = messages.sendTemplate(welcome());
    const release = await held;
    expect(requests()).toEqual([]);
    expect(await theRow()).toMatchObject({
      direction: 'outbound',
      type: 'template',
      status: 'sending',
      phoneNumberId: meta.phoneNumber.id,
      recipientPhone: RECIPIENT.slice(1),
      templateName: 'welcome_message',
      content: { variables: { name: 'Juan', company: 'Mi Empresa' } },
      attempt: 1,
      wamid: null,
      sentAt: null,
    });
    release();
    await sending;
  });

  it('keeps the row at sending while Meta has not answered', async () => {
    meta.faults.nextSend({ kind: 'silence' });
    const outcome = errorOf(messages.sendTemplate(welcome()));
    await expect.poll(() => requests().length, PATIENCE).toBe(1);
    expect(await theRow()).toMatchObject({ status: 'sending', wamid: null });
    await meta.down();
    await meta.up();
    expect(await outcome).toBeInstanceOf(SendOutcomeUnknownError);
  });

  it("carries Meta's ids and the time after Meta took it", async () => {
    const before = Date.now();
    const sent = await messages.sendTemplate(welcome());
    const row = await theRow();
    const { id, status, wamid, waId, messageStatus, sentAt } = row;
    expect(sent).toMatchObject({ id, status, wamid, waId, messageStatus, sentAt });
    for (const internal of ['idempotencyKey', 'lapsesAt']) expect(sent).not.toHaveProperty(internal);
    expect(row).toMatchObject({
      status: 'sent',
      wamid: meta.messages[0]?.id,
      waId: '541112345678',
      messageStatus: 'accepted',
      lapsesAt: null,
      errorCode: null,
      failedAt: null,
    });
    expect(row.createdAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(row.sentAt?.getTime()).toBeGreaterThanOrEqual(row.createdAt.getTime());
  });

  it("carries Meta's code, words and trace id after Meta refused it", async () => {
    meta.faults.nextSend({ kind: 'error', code: 131026, message: 'Message undeliverable', details: 'No WhatsApp 🙁' });
    const error = await errorOf(messages.sendTemplate(welcome()));
    expect(error).toBeInstanceOf(MetaApiError);
    expect(await theRow()).toMatchObject({
      status: 'failed',
      errorCode: '131026',
      errorMessage: 'Message undeliverable',
      errorDetails: 'No WhatsApp 🙁',
      errorTraceId: error instanceof MetaApiError ? error.fbtraceId : undefined,
      failedAt: expect.any(Date),
      sentAt: null,
      lapsesAt: null,
    });
  });

  it('is failed, with the reason, when Meta was not reached', async () => {
    await meta.down();
    const error = await errorOf(messages.sendTemplate(welcome()));
    await meta.up();
    expect(error).toBeInstanceOf(MetaUnreachableError);
    expect(await theRow()).toMatchObject({
      status: 'failed',
      errorCode: 'META_UNREACHABLE',
      errorMessage: error instanceof MetaUnreachableError ? error.message : undefined,
      failedAt: expect.any(Date),
      sentAt: null,
    });
  });

  it.each([
    ['Meta took it and the connection broke', { kind: 'reset', when: 'after-accepting' }, 1],
    ['the connection broke', { kind: 'reset' }, 0],
    ['Meta took it and a proxy answered 502', { kind: 'status', status: 502, when: 'after-accepting' }, 1],
    ['a proxy answered 503', { kind: 'status', status: 503 }, 0],
    ['the answer names no message', { kind: 'status', status: 200, body: '{}', when: 'after-accepting' }, 1],
  ] as const)('is unconfirmed, and not sent again, when %s', async (_, fault, accepted) => {
    meta.faults.nextSend(fault);
    const error = await errorOf(messages.sendTemplate(welcome()));
    const row = await theRow();
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', messageId: row.id });
    expect(error).toBeInstanceOf(SendOutcomeUnknownError);
    expect(row).toMatchObject({ status: 'unconfirmed', wamid: null, sentAt: null, failedAt: null });
    expect(row.lapsesAt?.getTime()).toBeGreaterThan(Date.now());
    expect(requests()).toHaveLength(1);
    expect(meta.messageCount).toBe(accepted);
  });

  it('is unconfirmed, and not sent again, when Meta did not answer in time', async () => {
    await using impatient = await start(200);
    meta.faults.nextSend({ kind: 'silence' });
    const error = await errorOf(impatient.get(MessagesService).sendTemplate(welcome()));
    const row = await theRow();
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', messageId: row.id });
    expect(row).toMatchObject({ status: 'unconfirmed' });
    await expect.poll(() => requests().length, PATIENCE).toBe(1);
  });

  it.each(NOT_APPROVED)('refuses a template that is %s without a row or a call', async (status) => {
    const error = await errorOf(
      messages.sendTemplate(welcome({ template: `is_${status.toLowerCase()}`, language: 'es' })),
    );
    expect(error).toBeInstanceOf(TemplateNotApprovedError);
    expect(error).toMatchObject({ code: 'TEMPLATE_NOT_APPROVED', status });
    expect(await rows.count()).toBe(0);
    expect(requests()).toEqual([]);
  });

  it('refuses wrong input without a row or a call, with every problem', async () => {
    const error = await errorOf(messages.sendTemplate(welcome({ to: '12', variables: { name: '', nmae: 'x' } })));
    expect(error).toBeInstanceOf(ValidationError);
    const paths = error instanceof ValidationError ? error.problems.map(({ path }) => path) : [];
    expect(paths.toSorted()).toEqual(['to', 'variables.company', 'variables.name', 'variables.nmae']);
    expect(await rows.count()).toBe(0);
    expect(requests()).toEqual([]);
  });

  it.each(['template', 'language', 'phoneNumberId'] as const)('takes no null character in %s', async (field) => {
    const error = await errorOf(messages.sendTemplate(welcome({ [field]: 'a\0b' })));
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR', problems: [{ path: field }] });
  });

  describe('when the outcome cannot be stored', () => {
    it.each([
      ['an acceptance', undefined, { code: 'OUTCOME_UNKNOWN' }],
      ['an unknown outcome', { kind: 'reset', when: 'after-accepting' }, { code: 'OUTCOME_UNKNOWN' }],
      ['a refusal', { kind: 'error', code: 131026 }, { code: 'META_ERROR', metaCode: 131026 }],
    ] as const)('tells the caller of %s all the same, and leaves the row to lapse', async (_, fault, expected) => {
      if (fault) meta.faults.nextSend(fault);
      const held = calls.next();
      const outcome = errorOf(messages.sendTemplate(welcome()));
      const release = await held;
      await rename('whatsapp_messages', 'whatsapp_messages_away');
      release();
      const error = await outcome;
      await rename('whatsapp_messages_away', 'whatsapp_messages');
      expect(error).toMatchObject(expected);
      expect(await theRow()).toMatchObject({ status: 'sending', lapsesAt: expect.any(Date) });
    });
  });
});
