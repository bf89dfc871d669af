import {
  AccountsService,
  ApiKeysService,
  BulkService,
  ContactGroupsService,
  ContactsService,
  ContactSourcesService,
  ContactStatusesService,
  ConversationsService,
  TemplatesService,
  WorkspacesService,
} from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { TestApp, type TestAppOptions } from '../../support/test-app.js';

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
  /** Of a page of its conversations. */
  readonly cursor: string;
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
  cursor: '',
};

export interface Tenant extends Ids {
  readonly workspace: string;
  readonly workspaceId: number;
  readonly accountRow: number;
  readonly key: string;
  readonly account: GraphApiServer['account'];
  /** Words that no one else may read. */
  readonly secrets: readonly string[];
}

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
  ) {}

  static async start(adapter: TestAppOptions['adapter']): Promise<Tenants> {
    const meta = await GraphApiServer.start();
    const accounts = ['north', 'south'].map((name) => {
      const account = meta.addAccount({ name, accessToken: `${name}-token` });
      account.addPhoneNumber();
      account.addTemplate({ ...sampleTemplates.plain, id: undefined, name: `${name}_news` });
      return account;
    });
    const options = accounts.map(({ id, name, accessToken, phoneNumbers }) => ({
      businessAccountId: id,
      accessToken,
      phoneNumberIds: phoneNumbers.map((number) => number.id),
      workspace: name,
    }));
    const app = await TestApp.start({ adapter, meta, options: { accounts: options, surfaces: SURFACES } });
    const [north, south] = [await furnish(app, accounts[0], '1'), await furnish(app, accounts[1], '2')];
    return new Tenants(meta, app, north, south);
  }

  /** Every row of a workspace, or of its account. */
  async rowsOf({ workspaceId, accountRow }: Tenant): Promise<string[]> {
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
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.meta.close();
  }
}

async function furnish(app: TestApp, account: GraphApiServer['account'] | undefined, digit: string): Promise<Tenant> {
  if (!account) throw new Error('There are two.');
  const workspace = account.name;
  await app.get(AccountsService).sync({ workspace });
  await app.get(TemplatesService).sync({ workspace });
  const { key } = await app.get(ApiKeysService).create({ name: workspace, workspace });
  const { apiKey: spare } = await app.get(ApiKeysService).create({ name: 'Spare', workspace });
  const phone = `+1202555${digit}001`;
  const secret = `${workspace}-secret`;
  const conversations = app.get(ConversationsService);
  const text = (to: string) =>
    conversations.sendTo({ workspace, to, type: 'text', content: { body: `${secret}-text` } });
  await text(`+1202555${digit}002`);
  const { message, conversation } = await text(phone);
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
  return {
    workspace,
    workspaceId: await app.get(WorkspacesService).idOf(workspace),
    accountRow: (await app.get(AccountsService).get(number.businessAccountId, { workspace })).id,
    key,
    account,
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
    cursor: nextCursor ?? '',
    secrets: [
      secret,
      `${workspace}_news`,
      `"${workspace}"`,
      account.id,
      number.phoneNumberId,
      message.wamid ?? '',
      bulkSendId,
    ],
  };
}
