import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import {
  AccountsService,
  ApiKeysService,
  BulkService,
  CallbacksService,
  ContactGroupsService,
  ContactsService,
  ContactSourcesService,
  ContactStatusesService,
  ConversationsService,
  MediaService,
  TemplatesService,
  WebhooksService,
  WorkspacesService,
} from 'nestjs-whatsapp';
import { GraphApiServer, type GraphApiServerOptions, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { vi } from 'vitest';
import { WebhookArrivals } from '../../../lib/webhooks/webhook-arrivals.js';
import { TestApp, type TestAppOptions } from '../../support/test-app.js';
import { sign } from '../../webhooks/receiving-scene.js';

/** What can be named of a workspace in paths and bodies. */
export interface Ids {
  readonly wamid: string;
  readonly messageId: number;
  readonly bulkSendId: string;
  readonly conversationId: number;
  readonly contactId: number;
  readonly groupId: number;
  readonly statusId: number;
  readonly sourceId: number;
  /** Of an API key that nothing is asked with. */
  readonly keyId: number;
  /** Of the contact. */
  readonly phone: string;
  /** Row id of the phone number. */
  readonly numberRow: number;
  /** Meta's id of the phone number. */
  readonly numberId: string;
  readonly template: string;
  /** Row id of the template. */
  readonly templateId: number;
  /** Meta's id of the business account. */
  readonly accountId: string;
  /** Of a message in the conversation that has a file at Meta. */
  readonly mediaMessageId: number;
  /** Of a callback that was delivered. */
  readonly deliveryId: string;
  /** Of an item of a webhook that could not be applied. */
  readonly failedItemId: number;
  /** Of a page of its conversations. */
  readonly cursor: string;
  /** Of a page of the conversation's messages. */
  readonly before: string;
}

/** Of nothing that ever was. */
export const UNKNOWN: Ids = {
  wamid: `wamid.${Buffer.from('one that never was').toString('base64')}`,
  messageId: 987_654,
  bulkSendId: '00000000-0000-4000-8000-000000000000',
  conversationId: 987_654,
  contactId: 987_654,
  groupId: 987_654,
  statusId: 987_654,
  sourceId: 987_654,
  keyId: 987_654,
  phone: '+12025559999',
  numberRow: 987_654,
  numberId: '999999999999',
  template: 'never_was',
  templateId: 987_654,
  accountId: '999999999998',
  mediaMessageId: 987_654,
  deliveryId: '00000000-0000-7000-8000-000000000000',
  failedItemId: 987_654,
  cursor: '',
  before: '',
};

export interface Tenant extends Ids {
  readonly workspace: string;
  readonly workspaceId: number;
  readonly accountRow: number;
  readonly key: string;
  readonly account: GraphApiServer['account'];
  /** Takes callbacks. */
  readonly target: string;
  /** Words that no one else may read. */
  readonly secrets: readonly string[];
}

const PDF = Buffer.from('%PDF-1.4\n');

const SURFACES = {
  console: { rateLimit: false },
  metaTemplates: true,
  conversations: true,
  messaging: true,
  workspace: { rateLimit: false },
} as const;

/** An app with every surface and two workspaces, each with something of everything. */
export class Tenants implements AsyncDisposable {
  private constructor(
    readonly meta: GraphApiServer,
    readonly app: TestApp,
    readonly north: Tenant,
    readonly south: Tenant,
    private readonly receiver: Server,
  ) {}

  /** @param more surfaces and options that others do without */
  static async start(
    adapter: TestAppOptions['adapter'],
    more: TestAppOptions['options'] = {},
    {
      meta: stand = {},
      database,
    }: { readonly meta?: GraphApiServerOptions; readonly database?: DataSourceOptions } = {},
  ): Promise<Tenants> {
    const meta = await GraphApiServer.start(stand);
    const accounts = ['north', 'south'].map((name) => {
      const account = meta.addAccount({ name, accessToken: `${name}-token` });
      account.addPhoneNumber();
      account.addTemplate({ ...sampleTemplates.plain, id: undefined, name: `${name}_news` });
      return account;
    });
    const options = accounts.map(({ id, name, accessToken, phoneNumbers }) => ({
      businessAccountId: id,
      accessToken,
      appSecret: appSecretOf(name),
      phoneNumberIds: phoneNumbers.map((number) => number.id),
      workspace: name,
    }));
    const app = await TestApp.start({
      adapter,
      meta,
      ...(database && { database }),
      options: {
        accounts: options,
        encryptionKeys: [randomBytes(32).toString('base64')],
        callbackUrls: 'any',
        ...more,
        surfaces: { ...SURFACES, ...more.surfaces },
      },
    });
    const receiver = createServer((_, response) => void response.writeHead(200).end());
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
    const target = `http://127.0.0.1:${Object(receiver.address()).port}/hook`;
    const [north, south] = [
      await furnish(app, accounts[0], '1', `${target}/north`),
      await furnish(app, accounts[1], '2', `${target}/south`),
    ];
    return new Tenants(meta, app, north, south, receiver);
  }

  /** Every row of a workspace, or of its account. */
  async rowsOf({ workspaceId, accountRow, account }: Tenant): Promise<string[]> {
    const dataSource = this.app.get(DataSource);
    const rows: string[] = [];
    for (const { tableName, columns } of dataSource.entityMetadatas) {
      const names = new Set(columns.map(({ databaseName }) => databaseName));
      const [column, owner] = names.has('workspace_id') ? ['workspace_id', workspaceId] : ['account_id', accountRow];
      // When a key was last used is written now and then.
      if (!names.has(column) || tableName === 'whatsapp_api_keys') continue;
      const found: unknown[] = await dataSource.query(`SELECT * FROM ${tableName} WHERE ${column} = ${owner}`);
      rows.push(...found.map((row) => `${tableName} ${JSON.stringify(row)}`));
    }
    const items: unknown[] = await dataSource.query(
      `SELECT * FROM whatsapp_webhook_items WHERE business_account_id = '${account.id}'`,
    );
    rows.push(...items.map((row) => `whatsapp_webhook_items ${JSON.stringify(row)}`));
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.meta.close();
    this.receiver.close();
  }
}

const appSecretOf = (workspace: string): string => `${workspace}-app`;

/** A change without a value, which no one can read. @returns the row that it is kept in */
async function failItem(app: TestApp, { id, name }: GraphApiServer['account']): Promise<number> {
  const field = `${name}-secret-field`;
  const body = Buffer.from(
    JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id, changes: [{ field }] }] }),
  );
  await app.get(WebhooksService).receive(body, sign(body, appSecretOf(name)));
  // Otherwise it would be stored half a minute later that a webhook came.
  await app.get(WebhookArrivals).write();
  const [item] = (await app.get(WebhooksService).failedItems({ workspace: name })).items;
  return item?.id ?? 0;
}

/** The first callback of a workspace, once all are delivered: later on nothing of them changes by itself. */
function delivered(app: TestApp, workspace: string): Promise<string> {
  return vi.waitFor(
    async () => {
      const { items } = await app.get(CallbacksService).deliveries({ workspace });
      const first = items.at(-1);
      if (!first || items.some(({ status }) => status !== 'delivered')) throw new Error('Not delivered yet.');
      return first.id;
    },
    { timeout: 10_000, interval: 20 },
  );
}

async function furnish(
  app: TestApp,
  account: GraphApiServer['account'] | undefined,
  digit: string,
  target: string,
): Promise<Tenant> {
  if (!account) throw new Error('There are two.');
  const workspace = account.name;
  await app.get(AccountsService).sync({ workspace });
  await app.get(TemplatesService).sync({ workspace });
  const { key } = await app.get(ApiKeysService).create({ name: workspace, workspace });
  const { apiKey: spare } = await app.get(ApiKeysService).create({ name: 'Spare', workspace });
  await app.get(CallbacksService).set({ workspace, url: target, events: ['contact.created'] });
  const phone = `+1202555${digit}001`;
  const secret = `${workspace}-secret`;
  const conversations = app.get(ConversationsService);
  const text = (to: string) =>
    conversations.sendTo({ workspace, to, type: 'text', content: { body: `${secret}-text` } });
  await text(`+1202555${digit}002`);
  const { message, conversation } = await text(phone);
  const { mediaId } = await app.get(MediaService).upload({ workspace, file: PDF, mimeType: 'application/pdf' });
  const { message: withFile } = await conversations.sendTo({
    workspace,
    to: phone,
    type: 'document',
    content: { id: mediaId, filename: `${secret}.pdf` },
  });
  await conversations.update(conversation.id, { label: `${secret}-label` }, { workspace });
  await app.get(ContactsService).save({ workspace, phone, firstName: `${secret}-name`, groups: [`${secret}-group`] });
  const group = await app.get(ContactGroupsService).create({ name: `${secret}-club` }, { workspace });
  const status = await app.get(ContactStatusesService).create({ name: `${secret}-status` }, { workspace });
  const source = await app.get(ContactSourcesService).create({ name: `${secret}-source` }, { workspace });
  const { id: bulkSendId } = await app.get(BulkService).create({
    workspace,
    name: `${secret}-bulk`,
    template: `${workspace}_news`,
    language: 'en_US',
    recipients: [{ phone }],
    scheduledAt: new Date(Date.now() + 3_600_000),
  });
  const number = await app.get(AccountsService).phoneNumber(undefined, { workspace });
  const { nextCursor } = await conversations.list({ workspace, limit: 1 });
  const { nextBefore } = await conversations.history(conversation.id, { workspace, limit: 1 });
  const [template] = await app.get(TemplatesService).list({ workspace });
  const deliveryId = await delivered(app, workspace);
  return {
    workspace,
    workspaceId: await app.get(WorkspacesService).idOf(workspace),
    accountRow: (await app.get(AccountsService).get(number.businessAccountId, { workspace })).id,
    key,
    account,
    target,
    wamid: message.wamid ?? '',
    messageId: message.id,
    bulkSendId,
    conversationId: conversation.id,
    contactId: conversation.contact.id,
    groupId: group.id,
    statusId: status.id,
    sourceId: source.id,
    keyId: spare.id,
    phone,
    numberRow: number.id,
    numberId: number.phoneNumberId,
    template: `${workspace}_news`,
    templateId: template?.id ?? 0,
    accountId: account.id,
    mediaMessageId: withFile.id,
    deliveryId,
    failedItemId: await failItem(app, account),
    cursor: nextCursor ?? '',
    before: nextBefore ?? '',
    secrets: [
      secret,
      `${workspace}_news`,
      `"${workspace}"`,
      account.id,
      number.phoneNumberId,
      message.wamid ?? '',
      withFile.wamid ?? '',
      bulkSendId,
      deliveryId,
      mediaId,
      target,
    ],
  };
}
