import type { WhatsAppAccountOptions, WhatsAppModuleOptions } from 'nestjs-whatsapp';
import { AccountsService, MessagesService, TemplatesService } from 'nestjs-whatsapp';
import { type Account, GraphApiServer, type GraphApiServerOptions } from 'nestjs-whatsapp/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { TestApp } from '../support/test-app.js';

export interface WorkspaceAppOptions {
  /** The stand-in; one account with one number unless set. */
  readonly meta?: GraphApiServerOptions;
  /** A database that other tests may use too; one in memory unless set. */
  readonly database?: { readonly options: DataSourceOptions };
  /** What to say of each account of the stand-in in the options, next to its id and token; null to leave it out. */
  readonly configure?: (account: Account, index: number) => Partial<WhatsAppAccountOptions> | null;
  readonly options?: Omit<WhatsAppModuleOptions, 'accounts'>;
}

let workspaces = 0;

/** An app and a stand-in whose accounts are all in a workspace of their own: so tests can share a database. */
export class WorkspaceApp implements AsyncDisposable {
  private constructor(
    readonly workspace: string,
    readonly meta: GraphApiServer,
    private readonly given: WorkspaceAppOptions,
    private running: TestApp,
  ) {}

  static async start(given: WorkspaceAppOptions = {}): Promise<WorkspaceApp> {
    const meta = await GraphApiServer.start(given.meta ?? { accounts: [{ phoneNumbers: [{}] }] });
    workspaces += 1;
    const workspace = `workspace-${workspaces}`;
    return new WorkspaceApp(workspace, meta, given, await startApp(workspace, meta, given));
  }

  get app(): TestApp {
    return this.running;
  }

  get accounts(): AccountsService {
    return this.app.get(AccountsService);
  }

  get templates(): TemplatesService {
    return this.app.get(TemplatesService);
  }

  get messages(): MessagesService {
    return this.app.get(MessagesService);
  }

  /** Where to look: the options of nearly every call. */
  get here(): { workspace: string } {
    return { workspace: this.workspace };
  }

  /** How often Meta was asked for phone numbers or templates. */
  listings(edge: 'phone_numbers' | 'message_templates'): number {
    return this.meta.requestsTo(`/${edge}`, 'GET').length;
  }

  query(sql: string): Promise<Record<string, unknown>[]> {
    return this.app.get(DataSource).query(sql);
  }

  /** Ends the app and starts it anew on the same database, with other options where they are given. */
  async restart(given: Omit<WorkspaceAppOptions, 'meta' | 'database'> = {}): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    this.running = await startApp(this.workspace, this.meta, { ...this.given, ...given });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app[Symbol.asyncDispose]();
    await this.meta.close();
  }
}

function startApp(workspace: string, meta: GraphApiServer, given: WorkspaceAppOptions): Promise<TestApp> {
  const accounts = meta.accounts.flatMap((account, index): WhatsAppAccountOptions[] => {
    const more = given.configure ? given.configure(account, index) : {};
    if (more === null) return [];
    return [{ businessAccountId: account.id, accessToken: account.accessToken, workspace, ...more }];
  });
  return TestApp.start({ meta, database: given.database?.options, options: { ...given.options, accounts } });
}
