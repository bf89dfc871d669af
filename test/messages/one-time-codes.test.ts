import { inspect } from 'node:util';
import * as fc from 'fast-check';
import type { LoggerService } from '@nestjs/common';
import { MessagesService, whatsappEntities } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MessageEntity } from '../../lib/messages/message.entity.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { sqlite } from '../support/databases/sqlite.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { loginCode, RECIPIENT } from './template-inputs.js';

// Properties ask the database often, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const CODE = '9X7-K4Q';

/** Everything that the module has written to the database, as text. */
async function everythingIn(dataSource: DataSource): Promise<string> {
  const tables = whatsappEntities.map((entity) => dataSource.getMetadata(entity).tableName);
  const contents = await Promise.all(tables.map((table) => dataSource.query(`SELECT * FROM ${table}`)));
  return JSON.stringify(contents);
}

/** An error with all that hangs on it, hidden or not, its causes and stacks included. */
const everythingOf = (error: unknown): string => inspect(error, { depth: Infinity, showHidden: true });

function loggerInto(lines: string[]): LoggerService {
  const log = (...words: unknown[]) => void lines.push(inspect(words, { depth: Infinity }));
  return { log, error: log, warn: log };
}

interface Observed {
  readonly app: TestApp;
  readonly rows: () => Promise<MessageEntity[]>;
  /** Where a text can be read, apart from what Meta was sent. */
  readonly placesOf: (text: string, outcome: unknown) => Promise<string[]>;
}

async function observe(fresh: FreshDatabase, meta: GraphApiServer): Promise<Observed> {
  const log: string[] = [];
  const options = { ...optionsFor(meta), logger: loggerInto(log) };
  const app = await TestApp.start({ meta, database: fresh.options, options });
  const dataSource = app.get(DataSource);
  return {
    app,
    rows: () => dataSource.getRepository(MessageEntity).find(),
    placesOf: async (text, outcome) => {
      const places = { database: await everythingIn(dataSource), outcome: everythingOf(outcome), log: log.join('\n') };
      return Object.entries(places).flatMap(([place, contents]) => (contents.includes(text) ? [place] : []));
    },
  };
}

describeOn('sqlite', 'a one-time code', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let here: Observed;
  let messages: MessagesService;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    fresh = await database.create();
    here = await observe(fresh, meta);
    messages = here.app.get(MessagesService);
  });
  afterAll(async () => {
    await here.app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(async () => {
    meta.clear();
    await here.app.get(DataSource).getRepository(MessageEntity).clear();
  });

  const outcomeOf = (changes: object = {}): Promise<unknown> =>
    messages.sendTemplate(loginCode(CODE, changes)).catch((error: unknown) => error);

  it('reaches Meta, in body and button, and is kept nowhere', async () => {
    const outcome = await outcomeOf();
    expect(JSON.stringify(meta.messages[0]?.body).split(CODE)).toHaveLength(3);
    expect(await here.placesOf(CODE, outcome)).toEqual([]);
    expect(await here.rows()).toMatchObject([{ status: 'sent', templateName: 'login_code' }]);
  });

  it.each([
    ['as it is', CODE],
    ['within a word', `code=${CODE};`],
  ])('is kept nowhere when Meta repeats it %s', async (_, echo) => {
    const texts = { message: `(#131009) Bad value ${echo}`, details: `${echo} is not a valid code, ${echo}!` };
    meta.faults.nextSend({ kind: 'error', code: 131009, ...texts });
    expect(await here.placesOf(CODE, await outcomeOf())).toEqual([]);
    expect(await here.rows()).toMatchObject([
      {
        status: 'failed',
        errorMessage: expect.stringContaining('Bad value'),
        errorDetails: expect.stringContaining('valid'),
      },
    ]);
  });

  it('is kept nowhere when the outcome is unknown, with an idempotency key or without', async () => {
    for (const idempotency of [undefined, { key: 'login-1', scope: 'test', body: { code: CODE } }]) {
      meta.faults.nextSend({ kind: 'status', status: 502, body: `<h1>${CODE}</h1>`, when: 'after-accepting' });
      const outcome = await outcomeOf({ idempotency });
      expect(outcome).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      expect(await here.placesOf(CODE, outcome)).toEqual([]);
    }
    expect(await here.rows()).toHaveLength(2);
  });

  it.each([
    ['too long', { variables: { 1: `${CODE}-${CODE}-${CODE}` } }],
    ['in two lines', { variables: { 1: `${CODE}\n` } }],
    ['under a wrong name', { variables: { code: CODE } }],
    ['as an object', { variables: { 1: { value: CODE } } }],
    ['as a name', { variables: { 1: '1', [CODE.toLowerCase()]: CODE } }],
    ['for the button as well', { variables: { 1: CODE }, buttonVariables: { button_0: CODE, button_7: CODE } }],
    ['with a wrong recipient', { to: '12' }],
  ])('is not in the problems when it was given %s', async (_, changes) => {
    expect(await here.placesOf(CODE, await outcomeOf(changes))).toEqual([]);
  });

  it('is not in the answers of the HTTP surface', async () => {
    meta.faults.nextSend({ kind: 'error', code: 131009, message: CODE, details: CODE });
    const body = (code: string) => ({
      phone_number_id: meta.phoneNumber.id,
      template_name: 'login_code',
      language: 'en_US',
      recipient_phone: RECIPIENT,
      variables: { 1: code },
    });
    const refused = await here.app.call('POST', '/api/v1/meta-templates/send/', body(CODE));
    expect(refused.status).toBe(502);
    const wrong = await here.app.call('POST', '/api/v1/meta-templates/send/', body(`${CODE}${CODE}${CODE}`));
    expect(wrong.status).toBe(400);
    const [row] = await here.rows();
    const lookup = await here.app.call('GET', `/api/v1/meta-templates/messages/${row?.id}/`);
    expect(lookup.status).toBe(200);
    expect(await here.placesOf(CODE, [refused.body, wrong.body, lookup.body])).toEqual([]);
  });
});

describe('any one-time code', () => {
  it('is hidden wherever Meta repeats it', async () => {
    const meta = await GraphApiServer.start({ sample: true });
    const fresh = await sqlite.create();
    const here = await observe(fresh, meta);
    const messages = here.app.get(MessagesService);
    const code = fc.oneof(
      fc.integer({ min: 10_000_000, max: 999_999_999 }),
      fc.string({
        unit: fc.constantFrom('A', 'B', 'X', 'Y', '0', '1', '9', '-', '_', '.', '$', '&', '+', '/', '%', '"', '\\'),
        minLength: 8,
        maxLength: 15,
      }),
    );
    const spelling = fc.constantFrom(String, encodeURIComponent, (text: string) => JSON.stringify(text).slice(1, -1));
    await fc.assert(
      fc.asyncProperty(code, spelling, fc.string({ maxLength: 5 }), async (given, spell, around) => {
        const echo = spell(String(given));
        // A number may be part of another, such as an id of Meta's.
        fc.pre((await here.placesOf(String(given), undefined)).length === 0);
        const texts = { message: `Bad ${around}${echo}${around}`, details: `${echo}${around}` };
        meta.faults.nextSend({ kind: 'error', code: 131009, ...texts });
        const outcome = await messages.sendTemplate(loginCode(given)).catch((error: unknown) => error);
        expect(outcome).toMatchObject({ metaCode: 131009 });
        expect(await here.placesOf(echo, outcome)).toEqual([]);
        expect(await here.placesOf(String(given), outcome)).toEqual([]);
      }),
      { numRuns: 60 },
    );
    await here.app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
});
