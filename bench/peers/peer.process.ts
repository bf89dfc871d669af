import 'reflect-metadata';
import { createServer } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { NestFactory } from '@nestjs/core';
import { AccountsService, MessagesService, TemplatesService, WhatsAppError } from 'nestjs-whatsapp';
import { libraryModule, type LibraryOptions } from '../library/library.module.js';
import { serve } from '../processes/serve.js';
import { template } from '../recipients.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';
import { loaderOf } from './packages.js';

/** A message that someone asks this process to send. */
export interface Order {
  readonly to: string;
  /** By the place of each in the template. */
  readonly variables: readonly string[];
  /** The same when the same message is asked for again. */
  readonly key: string;
}

/** Sends one; rejects when it was not sent, or when that is unknown. */
type Send = (order: Order) => Promise<unknown>;

export interface PeerOptions {
  readonly peer: Peer;
  /** Of the other packages. */
  readonly directory: string;
  readonly library: LibraryOptions;
}

const GRAPH = 'https://graph.facebook.com';
const VERSION = 'v25.0';

// Only what is called of packages that are not installed where this is compiled.
interface SecretariaModule {
  WhatsAppAPI: new (options: object) => { sendMessage(id: string, to: string, message: object): Promise<object> };
}
interface SecretariaMessages {
  Template: new (name: string, language: string, ...components: object[]) => object;
  BodyComponent: new (...parameters: object[]) => object;
  BodyParameter: new (text: string) => object;
}
interface KapsoModule {
  WhatsAppClient: new (options: object) => { messages: { sendTemplate(message: object): Promise<object> } };
}
interface NestWhatsAppModule {
  WhatsAppModule: { forRoot(options: object): object };
  WhatsAppService: new () => {
    sendTemplate(to: string, name: string, variables: readonly string[], client: string): Promise<string>;
  };
}
interface NestCore {
  NestFactory: {
    createApplicationContext(module: object, options: object): Promise<{ get<T>(token: new () => T): T }>;
  };
}
interface Axios {
  getAdapter(name: 'http'): (config: AxiosCall) => Promise<unknown>;
}
interface AxiosCall {
  readonly url: string;
}

/** How each of them sends a template, as its own page shows. */
const senders = {
  'nestjs-whatsapp': async ({ library }: PeerOptions): Promise<Send> => {
    const app = await NestFactory.createApplicationContext(libraryModule(library), {
      logger: ['error'],
      abortOnError: false,
    });
    await app.get(AccountsService).sync();
    await app.get(TemplatesService).sync();
    const messages = app.get(MessagesService);
    return ({ to, variables, key }) =>
      messages.sendTemplate({
        to,
        template: template.name,
        language: template.language,
        variables: Object.fromEntries(variables.map((text, index) => [index + 1, text])),
        idempotency: { key, scope: 'bench', body: { to, variables } },
      });
  },

  'whatsapp-api-js': ({ directory, library: { meta } }: PeerOptions): Send => {
    const load = loaderOf(directory);
    const { WhatsAppAPI }: SecretariaModule = load('whatsapp-api-js');
    const { Template, BodyComponent, BodyParameter }: SecretariaMessages = load('whatsapp-api-js/messages');
    const api = new WhatsAppAPI({
      token: meta.accessToken,
      appSecret: meta.appSecret,
      v: VERSION,
      ponyfill: {
        fetch: (url: string, init: RequestInit) => fetch(url.replace(GRAPH, meta.url), init),
      },
    });
    return async ({ to, variables }) => {
      const body = new BodyComponent(...variables.map((text) => new BodyParameter(text)));
      const message = new Template(template.name, template.language, body);
      const answer = await api.sendMessage(phoneNumberOf(meta), to.slice(1), message);
      // It resolves for an error, too.
      if ('error' in answer) throw new Error(JSON.stringify(answer.error));
    };
  },

  '@kapso/whatsapp-cloud-api': ({ directory, library: { meta } }: PeerOptions): Send => {
    const { WhatsAppClient }: KapsoModule = loaderOf(directory)('@kapso/whatsapp-cloud-api');
    const client = new WhatsAppClient({ accessToken: meta.accessToken, baseUrl: meta.url, graphVersion: VERSION });
    return ({ to, variables }) =>
      client.messages.sendTemplate({
        phoneNumberId: phoneNumberOf(meta),
        to,
        template: {
          name: template.name,
          language: { code: template.language },
          components: [{ type: 'body', parameters: variables.map((text) => ({ type: 'text', text })) }],
        },
      });
  },

  'nest-whatsapp': async ({ directory, library: { meta } }: PeerOptions): Promise<Send> => {
    const load = loaderOf(directory);
    const { WhatsAppModule, WhatsAppService }: NestWhatsAppModule = load('nest-whatsapp');
    const core: NestCore = load('@nestjs/core');
    const axios: Axios = load('axios');
    const http = axios.getAdapter('http');
    const module = WhatsAppModule.forRoot({
      mode: 'live',
      businessAccountId: meta.businessAccountId,
      phoneNumberId: phoneNumberOf(meta),
      accessToken: meta.accessToken,
      httpConfig: {
        adapter: (config: AxiosCall) => http({ ...config, url: config.url.replace(GRAPH, meta.url) }),
      },
    });
    const app = await core.NestFactory.createApplicationContext(module, { logger: false });
    const service = app.get(WhatsAppService);
    return ({ to, variables }) => service.sendTemplate(to, template.name, variables, 'live');
  },
};

/** A package that sends single messages. */
export type Peer = keyof typeof senders;

/** A server that sends a message for each POST: 200 when it was sent, 409 when that is unknown, 500 for any other failure. */
async function peerProcess(options: PeerOptions) {
  const send = await senders[options.peer](options);
  const server = createServer((request, response) => {
    textOf(request)
      .then((body) => {
        const order: Order = JSON.parse(body);
        return send(order);
      })
      .then(
        () => response.end('{}'),
        (error: unknown) => {
          response.statusCode = isUnknown(error) ? 409 : 500;
          response.end(JSON.stringify({ error: String(error) }));
        },
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: () => `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`,
    /** Microseconds of processor time since the process began. */
    processorTime(): number {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    kill: () => process.kill(process.pid, 'SIGKILL'),
  };
}

function phoneNumberOf({ phoneNumberIds }: MetaAccess): string {
  return phoneNumberIds[0] ?? '';
}

function isUnknown(error: unknown): boolean {
  return error instanceof WhatsAppError && error.code === 'OUTCOME_UNKNOWN';
}

export type PeerProcess = Awaited<ReturnType<typeof peerProcess>>;

serve(peerProcess);
