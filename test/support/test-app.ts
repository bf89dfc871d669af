import 'reflect-metadata';
import { type INestApplication, type LoggerService, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  ApiKeysService,
  setupWhatsApp,
  WhatsAppModule,
  type WhatsAppModuleExtras,
  type WhatsAppModuleOptions,
  whatsappMigrations,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import type { DataSourceOptions } from 'typeorm';
import { inMemory } from './databases/sqlite.js';
import { DocumentedAnswers } from './openapi/documented-answers.js';

/** The HTTP servers that Nest runs on, for a table. */
export const adapters = [
  { adapter: 'Express', create: () => new ExpressAdapter() },
  { adapter: 'Fastify', create: () => new FastifyAdapter() },
] as const;

/** For a table of what does not depend on the HTTP server: bodies, streams and documents are tested on both. */
export const oneAdapter = [adapters[0]] as const;

export interface TestAppOptions {
  readonly meta?: GraphApiServer;
  readonly database?: DataSourceOptions;
  readonly adapter?: (typeof adapters)[number]['adapter'];
  readonly options?: WhatsAppModuleOptions & WhatsAppModuleExtras;
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly controllers?: Type[];
  readonly globalPrefix?: string;
  readonly logger?: LoggerService | false;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests say what they expect of it.
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any
}

/**
 * A Nest app with the module, a stand-in for Meta and an API key, talked to over HTTP. What a surface answers must be as
 * its API document says.
 */
export class TestApp implements AsyncDisposable {
  readonly #documented: DocumentedAnswers;

  private constructor(
    readonly app: INestApplication,
    readonly meta: GraphApiServer,
    readonly url: string,
    readonly key: string,
    private readonly ownsMeta: boolean,
    surfaces: string | undefined,
  ) {
    this.#documented = new DocumentedAnswers(app, surfaces);
  }

  static async start(given: TestAppOptions = {}): Promise<TestApp> {
    const meta = given.meta ?? (await GraphApiServer.start({ sample: true }));
    const app = await createApp(meta, given);
    if (given.globalPrefix) app.setGlobalPrefix(given.globalPrefix);
    setupWhatsApp(app);
    await app.listen(0, '127.0.0.1');
    // Client and server share one event loop: while a test keeps it busy, an idle connection would time out on the server's
    // side, and the client would write to it before it hears of that.
    app.getHttpServer().keepAliveTimeout = 0;
    const { key } = await app.get(ApiKeysService).create({ name: 'Test key' });
    return new TestApp(app, meta, await app.getUrl(), key, !given.meta, textOfSurfaces(given));
  }

  get<T>(token: Type<T>): T {
    return this.app.get(token, { strict: false });
  }

  call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(method, path, {
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** The same with a body that is no JSON. */
  async send(
    method: string,
    path: string,
    { headers, ...request }: { readonly headers?: Record<string, string>; readonly body?: RequestInit['body'] } = {},
  ): Promise<Answer> {
    const response = await this.fetch(path, { ...request, method, headers: { 'x-api-key': this.key, ...headers } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** A request as it is, without a key. */
  async fetch(path: string, request: RequestInit = {}): Promise<Response> {
    const response = await fetch(this.url + path, request);
    await this.#documented.check(request.method ?? 'GET', path, response);
    return response;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    if (this.ownsMeta) await this.meta.close();
  }
}

/** Options that point the module to a stand-in's first account. */
export function optionsFor(meta: GraphApiServer): WhatsAppModuleOptions {
  return {
    // Long: the stand-in shares this process, which other work on the machine may starve for seconds.
    graph: { baseUrl: meta.url, connectTimeout: 15_000, responseTimeout: 15_000 },
    accounts: [
      {
        businessAccountId: meta.account.id,
        accessToken: meta.accessToken,
        phoneNumberIds: meta.account.phoneNumbers.map(({ id }) => id),
      },
    ],
    refreshInterval: 0,
    logger: false,
  };
}

const DEFAULT_SURFACES = { metaTemplates: true };

/** What an app's document depends on, as text; undefined where guards or decorators are part of it. */
function textOfSurfaces({ options, globalPrefix = '' }: TestAppOptions): string | undefined {
  let isData = true;
  const text = JSON.stringify(
    [globalPrefix, { surfaces: DEFAULT_SURFACES, ...options }.surfaces],
    (_, value: unknown) => {
      if (typeof value === 'function' || typeof value === 'symbol') isData = false;
      return value;
    },
  );
  return isData ? text : undefined;
}

async function createApp(meta: GraphApiServer, given: TestAppOptions): Promise<INestApplication> {
  const database = given.database ?? (await inMemory());

  @Module({
    imports: [
      TypeOrmModule.forRoot({
        ...database,
        autoLoadEntities: true,
        migrations: whatsappMigrations,
        migrationsRun: true,
        retryAttempts: 0,
      }),
      WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: DEFAULT_SURFACES, ...given.options }),
      ...(given.imports ?? []),
    ],
    controllers: given.controllers ?? [],
  })
  class AppModule {}

  const adapter = adapters.find((candidate) => candidate.adapter === given.adapter) ?? adapters[0];
  return NestFactory.create(AppModule, adapter.create(), { logger: given.logger ?? false, abortOnError: false });
}
