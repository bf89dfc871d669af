import { randomBytes } from 'node:crypto';
import { AccountsService, ApiKeysService, MessagesService, TemplatesService } from 'nestjs-whatsapp';
import { type GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import type { TestApp } from '../support/test-app.js';
import type { Evidence } from './evidence.js';

const SEND = '/api/v1/meta-templates/send/';
const ACCOUNTS = '/api/v1/business-accounts/';
const NOT_FOR_META = { isForMeta: false };

/** Everything with secrets that clients and hosts do to an app. */
export class Scenario {
  constructor(
    private readonly app: TestApp,
    private readonly meta: GraphApiServer,
    private readonly evidence: Evidence,
  ) {}

  /** Keys that are made, rotated, registered, revoked, lacking, wrong, and in the wrong place. */
  async apiKeys(): Promise<void> {
    const { app, evidence } = this;
    const keys = app.get(ApiKeysService);
    evidence.secret('first key', app.key, NOT_FOR_META);
    const created = await keys.create({ name: 'Created', abilities: ['messages.send'] });
    evidence.secret('created key', created.key, NOT_FOR_META);
    const rotated = await keys.rotate(created.apiKey.id, { graceTime: 60_000 });
    evidence.secret('rotated key', rotated.key, NOT_FOR_META);
    const registered = `in-the-environment-${randomBytes(24).toString('hex')}`;
    evidence.secret('registered key', registered, NOT_FOR_META);
    await evidence.outcome(keys.register({ key: registered, name: 'Environment' }));
    await evidence.outcome(keys.register({ key: registered, name: 'Elsewhere', workspace: 'elsewhere' }));
    await evidence.outcome(keys.register({ key: `${registered} `, name: 'Spaced' }));
    await evidence.outcome(keys.verify(registered));
    await evidence.outcome(keys.list());

    for (const key of [app.key, created.key, rotated.key, registered]) await this.#send(key, this.#welcome());
    await this.#get(rotated.key, ACCOUNTS); // lacks the ability
    await this.#send(`${app.key}x`, this.#welcome());
    await this.#get('', `${ACCOUNTS}?api_key=${app.key}`);
    await this.#send(app.key, `{"key": "${app.key}", `);
    await evidence.outcome(keys.revoke(rotated.apiKey.id));
    await this.#send(rotated.key, this.#welcome());
  }

  /** Codes that are sent, repeated, refused, quoted, left in doubt, and in the wrong place. */
  async oneTimeCodes(): Promise<void> {
    const { app, meta, evidence } = this;
    const { message_id: sent } = await this.#send(app.key, this.#login(this.#code('sent code')));
    await this.#get(app.key, `/api/v1/meta-templates/messages/${sent}/`);

    const repeated = this.#login(this.#code('repeated code'));
    const idempotent = { 'idempotency-key': 'login' };
    for (const body of [repeated, repeated, this.#login(this.#code('conflicting code', NOT_FOR_META))]) {
      await this.#send(app.key, body, idempotent);
    }

    const quoted = this.#code('quoted code');
    const quote = `Parameter value ${quoted} is not valid`;
    meta.faults.nextSend({ kind: 'error', code: 131009, message: `(#131009) ${quote}`, details: quote });
    for (const key of ['quoted', 'quoted']) await this.#send(app.key, this.#login(quoted), { 'idempotency-key': key });

    const doubtful = this.#code('doubtful code');
    meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    const { message_id: unconfirmed } = await this.#send(app.key, this.#login(doubtful));
    await this.#get(app.key, `/api/v1/meta-templates/messages/${unconfirmed}/`);
    meta.faults.nextSend({ kind: 'status', status: 503, body: `<p>${doubtful}</p>` });
    await this.#send(app.key, this.#login(doubtful));
    meta.faults.nextSend({ kind: 'status', status: 200, body: `{"code": "${doubtful}"` });
    await this.#send(app.key, this.#login(doubtful));

    const refused = this.#code('refused code', NOT_FOR_META);
    await this.#send(app.key, this.#login(`${refused}${refused}`)); // too long
    await this.#send(app.key, this.#login(refused, { variables: { code: refused } }));
    await this.#send(app.key, this.#login(refused, { variables: {}, button_variables: { button_0: refused } }));
    await this.#send(app.key, this.#login(refused, { variables: refused }));
    await this.#send(app.key, this.#login(refused, { language: 'xx' }));
    await this.#send(app.key, this.#login(refused, { recipient_phone: '12' }));
    await this.#send(app.key, `{"variables": {"1": "${refused}"},}`);
    const input = { to: '12', template: 'login_code', language: 'en_US', variables: { 1: refused } };
    await evidence.outcome(app.get(MessagesService).sendTemplate(input));

    await meta.down();
    await this.#send(app.key, this.#login(this.#code('code while Meta is down', NOT_FOR_META)));
    await meta.up();
  }

  /** An account whose token Meta takes for malformed after a while, and repeats in its refusals. */
  async malformedToken(workspace: string, malformed: (isMalformed: boolean) => void): Promise<void> {
    const { app, evidence } = this;
    malformed(false);
    await evidence.outcome(app.get(AccountsService).sync({ workspace }));
    await evidence.outcome(app.get(TemplatesService).sync({ workspace }));
    malformed(true);
    const { key } = await app.get(ApiKeysService).create({ name: 'Broken', workspace });
    evidence.secret('key of the broken workspace', key, NOT_FOR_META);
    const { phoneNumberId } = await app.get(AccountsService).phoneNumber(undefined, { workspace });
    const code = this.#code('code next to the malformed token');
    await this.#send(key, this.#login(code, { phone_number_id: phoneNumberId }));
    await this.#send(key, this.#login(code, { phone_number_id: phoneNumberId, template_name: 'unknown' }));
    await this.#send(key, this.#login(code, { phone_number_id: '1002' }));
    await this.#get(key, ACCOUNTS);
    await evidence.outcome(app.get(AccountsService).sync({ workspace }));
    await evidence.outcome(app.get(TemplatesService).sync({ workspace }));
  }

  /** Accounts that are added while the app runs, and those that cannot be. */
  async addedAccounts(malformedToken: string): Promise<void> {
    const { app, meta, evidence } = this;
    const accounts = app.get(AccountsService);
    const accessToken = evidence.secret('added token', newToken());
    const added = meta.addAccount({ accessToken });
    const number = added.addPhoneNumber();
    added.addTemplate({ ...sampleTemplates.oneTimeCode, id: undefined });
    await evidence.outcome(accounts.add({ businessAccountId: added.id, accessToken, workspace: 'late' }));
    await evidence.outcome(accounts.list({ workspace: 'late' }));
    const { key } = await app.get(ApiKeysService).create({ name: 'Late', workspace: 'late' });
    evidence.secret('key of the late workspace', key, NOT_FOR_META);
    await this.#send(key, this.#login(this.#code('code of the added account'), { phone_number_id: number.id }));
    await this.#get(key, ACCOUNTS);

    await evidence.outcome(accounts.add({ businessAccountId: added.id, accessToken })); // another workspace's
    await evidence.outcome(accounts.add({ businessAccountId: '1003', accessToken: malformedToken }));
    await evidence.outcome(accounts.add({ businessAccountId: meta.account.id, accessToken }));
    const wrapped = evidence.secret('token with a line break', newToken(), NOT_FOR_META);
    await evidence.outcome(accounts.add({ businessAccountId: '1004', accessToken: `${wrapped}\n` }));
  }

  /** What no one foresaw: tables that are gone. */
  async missingTables(): Promise<void> {
    const { app, evidence } = this;
    await app.get(DataSource).query('DROP TABLE whatsapp_messages');
    await this.#send(app.key, this.#login(this.#code('code without a table', NOT_FOR_META)));
    await app.get(DataSource).query('DROP TABLE whatsapp_api_keys');
    const key = evidence.secret('key without a table', `whatsapp_${randomBytes(24).toString('hex')}`, NOT_FOR_META);
    await this.#get(key, ACCOUNTS);
  }

  #code(name: string, options?: { isForMeta: boolean }): string {
    // Letters among the digits, so that no id or time looks like a code; Meta takes 15 characters.
    return this.evidence.secret(name, `C${randomBytes(7).toString('hex')}`, options);
  }

  #welcome() {
    const { name, language } = sampleTemplates.named;
    return {
      phone_number_id: this.meta.phoneNumber.id,
      template_name: name,
      language,
      recipient_phone: '+5491112345678',
      variables: { name: 'Juan', company: 'Mi Empresa' },
    };
  }

  #login(code: string, overrides: object = {}): object {
    const { name, language } = sampleTemplates.oneTimeCode;
    return { ...this.#welcome(), template_name: name, language, variables: { 1: code }, ...overrides };
  }

  #send(key: string, body: unknown, headers: object = {}) {
    return this.evidence.call(this.app, key, 'POST', SEND, body, headers);
  }

  #get(key: string, path: string) {
    return this.evidence.call(this.app, key, 'GET', path);
  }
}

/** An access token as Meta makes them. */
export const newToken = (): string => `EAA${randomBytes(32).toString('hex')}`;
