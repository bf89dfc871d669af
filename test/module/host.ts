import 'reflect-metadata';
import {
  type DynamicModule,
  type INestApplication,
  type LoggerService,
  Module,
  type ModuleMetadata,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysService, setupWhatsApp, whatsappMigrations } from 'nestjs-whatsapp';
import { type GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { inMemory } from '../support/databases/sqlite.js';
import { adapters, type Answer } from '../support/test-app.js';

export interface HostOptions extends Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'> {
  /** By name, or one that the host has made itself. */
  readonly adapter?: (typeof adapters)[number]['adapter'] | AbstractHttpAdapter;
  readonly logger?: LoggerService | false;
  readonly create?: Pick<NestApplicationOptions, 'rawBody' | 'bodyParser'>;
  /** What `main.ts` does between `create` and `listen`; `setupWhatsApp(app)` by default. */
  readonly main?: (app: INestApplication) => void;
}

/** A host's app, made as its `main.ts` would, with whatever modules, controllers and providers it has. */
export class Host implements AsyncDisposable {
  private constructor(
    readonly app: INestApplication,
    readonly url: string,
  ) {}

  /** Rejects with what stopped the start. */
  static async start(options: HostOptions): Promise<Host> {
    const { imports, controllers, providers, logger = false, main = setupWhatsApp } = options;

    @Module({ imports, controllers, providers })
    class AppModule {}

    const app = await NestFactory.create(AppModule, adapterOf(options), {
      ...options.create,
      logger,
      abortOnError: false,
    });
    main(app);
    await app.listen(0, '127.0.0.1');
    return new Host(app, await app.getUrl());
  }

  get<T>(token: Type<T>): T {
    return this.app.get(token, { strict: false });
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    // Express itself answers in HTML.
    const isJson = response.headers.get('content-type')?.includes('json');
    const answer: unknown = isJson ? await response.json() : await response.text();
    return { status: response.status, headers: response.headers, body: answer };
  }

  /** A header with a new key. */
  async newKey(given: Partial<Parameters<ApiKeysService['create']>[0]> = {}): Promise<{ 'x-api-key': string }> {
    const { key } = await this.get(ApiKeysService).create({ name: 'Test key', ...given });
    return { 'x-api-key': key };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
  }
}

function adapterOf({ adapter }: HostOptions): AbstractHttpAdapter {
  if (adapter instanceof AbstractHttpAdapter) return adapter;
  return (adapters.find((candidate) => candidate.adapter === adapter) ?? adapters[0]).create();
}

/** A database with the module's tables, in memory unless it has a file. */
export function database(options: { readonly file?: string; readonly name?: string } = {}): DynamicModule {
  const { name, file } = options;
  return TypeOrmModule.forRootAsync({
    name,
    useFactory: async () => ({
      ...(file === undefined ? await inMemory() : ({ type: 'better-sqlite3', database: file } as const)),
      name,
      autoLoadEntities: true,
      migrations: whatsappMigrations,
      migrationsRun: true,
      retryAttempts: 0,
    }),
  });
}

/** A send that the sample account takes, as `POST /meta-templates/send/` and as `MessagesService` want it. */
export const sampleSend = {
  body: ({ phoneNumber }: GraphApiServer) => ({
    phone_number_id: phoneNumber.id,
    template_name: sampleTemplates.named.name,
    language: sampleTemplates.named.language,
    recipient_phone: '+5491112345678',
    variables: { name: 'Juan', company: 'Mi Empresa' },
  }),
  input: {
    to: '+5491112345678',
    template: sampleTemplates.named.name,
    language: sampleTemplates.named.language,
    variables: { name: 'Juan', company: 'Mi Empresa' },
  },
} as const;
