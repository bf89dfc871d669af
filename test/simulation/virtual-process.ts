import { DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core';
import type { LoggerService, Provider } from '@nestjs/common';
import { CallbackRequests, type CallbackAnswer } from '../../lib/callbacks/callback-requests.js';
import { SharedNumbers, NUMBER_SHARES } from '../../lib/queue/number-shares.js';
import { CHUNK_QUEUE } from '../../lib/queue/queue.js';
import { queueSetup } from '../../lib/queue/queue.providers.js';
import { installationIdProvider, WHATSAPP_DATA_SOURCE } from '../../lib/store/data-source.provider.js';
import { repositoryProviders } from '../../lib/store/repositories.js';
import { whatsappEntities } from '../../lib/whatsapp.entities.js';
import { MODULE_OPTIONS_TOKEN } from '../../lib/whatsapp.option-providers.js';
import type { WhatsAppModuleOptions } from '../../lib/whatsapp.options.js';
import { whatsappProviders } from '../../lib/whatsapp.providers.js';
import type { OwnDataSource } from '../../lib/store/own-data-source.js';
import type { Dispatcher } from 'undici';
import { Engine } from './engine.js';
import type { Owner } from './scheduler.js';
import { ACCOUNT } from './meta.js';
import type { WakeUps } from './wake-ups.js';

/** Takes callbacks for a workspace: it answers each, sooner or later, or not. */
export type CallbackReceiver = (id: string, body: string) => Promise<CallbackAnswer>;

export const CALLBACK_URL = 'https://workspace.example/callbacks';

/** What surrounds a virtual process. */
export interface Surroundings {
  readonly dataSource: OwnDataSource;
  /** The way to Meta. */
  readonly dispatcher: Dispatcher;
  /** The queue that it shares with others; its own alone when there is none. */
  readonly wakeUps: WakeUps | undefined;
  readonly callbacks: CallbackReceiver;
  readonly logger: LoggerService;
}

/** One start of a process: dead, it never lives again, and another one starts in its place. */
export class VirtualProcess implements Owner {
  isDead = false;
  frozenUntil = 0;
  clockAhead = 0;
  /** Whether it serves: it has started, and does not end yet. */
  isServing = false;
  readonly engine: Engine;

  constructor(
    readonly name: string,
    surroundings: Surroundings,
  ) {
    this.engine = new Engine(providersOf(this, surroundings));
  }

  async start(): Promise<void> {
    await this.engine.start();
    this.isServing = true;
  }

  /** As after SIGTERM. */
  async stop(): Promise<void> {
    this.isServing = false;
    await this.engine.stop();
    this.isDead = true;
  }

  /** As by SIGKILL: what waits for an answer never gets it. */
  kill(): void {
    this.isServing = false;
    this.isDead = true;
  }
}

function providersOf(owner: Owner, { dataSource, dispatcher, wakeUps, callbacks, logger }: Surroundings): Provider[] {
  const nothing = { getProviders: () => [], getControllers: () => [] };
  return [
    ...whatsappProviders,
    ...queueSetup('in-process', { module: VirtualProcess }).providers,
    ...(wakeUps
      ? [
          { provide: CHUNK_QUEUE, useFactory: () => wakeUps.queueOf(owner) },
          { provide: NUMBER_SHARES, useClass: SharedNumbers },
        ]
      : []),
    { provide: MODULE_OPTIONS_TOKEN, useValue: optionsOf(dispatcher, logger) },
    { provide: WHATSAPP_DATA_SOURCE, useValue: dataSource },
    ...repositoryProviders(whatsappEntities),
    installationIdProvider,
    { provide: CallbackRequests, useValue: requestsTo(callbacks) },
    // No app is around it.
    { provide: DiscoveryService, useValue: nothing },
    { provide: MetadataScanner, useValue: undefined },
    { provide: ModuleRef, useValue: undefined },
  ];
}

/** Short times, so that little virtual time has to pass until everything is settled. */
const optionsOf = (dispatcher: Dispatcher, logger: LoggerService): WhatsAppModuleOptions => ({
  graph: { dispatcher, connectTimeout: 500, responseTimeout: 1_500 },
  accounts: [
    {
      businessAccountId: ACCOUNT.id,
      accessToken: 'token',
      appSecret: ACCOUNT.appSecret,
      phoneNumberIds: [ACCOUNT.phoneNumberId],
    },
  ],
  unconfirmedAfter: 8_000,
  trialDelays: [500, 1_000],
  refreshInterval: 0,
  messagesPerSecond: 50,
  encryptionKeys: [Buffer.alloc(32, 7).toString('base64')],
  callbackTimeout: 1_000,
  callbackRetryDelays: Array.from({ length: 40 }, () => 500),
  logger,
});

/** In the place of the client that calls a workspace's URL: there is no network. */
const requestsTo = (callbacks: CallbackReceiver): Pick<CallbackRequests, 'post'> => ({
  post: (_url, body, headers) => callbacks(headers['x-webhook-id'] ?? '', body.toString('utf8')),
});
