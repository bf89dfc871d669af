import { EventEmitter, once } from 'node:events';
import { Controller, Injectable, type LoggerService, type Provider, Scope } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import {
  type WebhookFieldEvent,
  type InboundMessageEvent,
  OnInboundMessage,
  OnMessageStatus,
  OnTemplateStatus,
  OnWebhook,
  type TemplateStatusEvent,
  type WhatsAppEvent,
} from 'nestjs-whatsapp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WhatsAppEvents } from '../../lib/webhooks/events/whatsapp-events.js';
import { TestApp, type TestAppOptions } from '../support/test-app.js';
import { Diary, fieldEvent, listening, Listener, templateEvent } from './events-scene.js';

let app: TestApp | undefined;
afterEach(async () => {
  await app?.[Symbol.asyncDispose]();
  app = undefined;
});

async function start(providers: readonly Provider[], { controllers, imports = [], ...given }: TestAppOptions = {}) {
  app = await TestApp.start({ imports: [...imports, listening(providers, controllers)], ...given });
  return { app, diary: app.get(Diary), events: app.get(WhatsAppEvents) };
}

describe('events', () => {
  it('reach the methods that were decorated for them, in the order in which they are delivered', async () => {
    const { diary, events } = await start([Listener]);
    await events.deliver([templateEvent('1'), fieldEvent('2', 'account_update'), fieldEvent('3', 'of tomorrow')]);
    await diary.until(5);
    expect(diary.entries).toEqual(['template 1', 'several 1', 'account 2', 'any 2', 'any 3']);
    expect(diary.heard[0]?.event).toEqual(templateEvent('1'));
  });

  it('are delivered once, however often Meta reports of them', async () => {
    const { diary, events } = await start([Listener]);
    await events.deliver([templateEvent('1'), templateEvent('1')]);
    await events.deliver([templateEvent('1'), templateEvent('2')]);
    await diary.until(4);
    expect(diary.entries).toEqual(['template 1', 'several 1', 'template 2', 'several 2']);
  });

  it('find a provider once that stands under two tokens, and each instance of a class that is provided twice', async () => {
    @Injectable()
    class Alone {
      constructor(private readonly diary: Diary) {}
      @OnWebhook()
      take(event: WebhookFieldEvent): Promise<void> {
        return this.diary.write('alone', event);
      }
    }
    const twice = { provide: 'second', useClass: Alone };
    const { events, diary } = await start([Alone, { provide: 'alias', useExisting: Alone }, twice]);
    await events.deliver([fieldEvent('1', 'calls')]);
    await diary.until(2);
    expect(diary.entries).toEqual(['alone 1', 'alone 1']);
  });

  it('reach inherited methods, controllers and providers that are made for each use', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Fresh {
      static made = 0;
      constructor(private readonly diary: Diary) {
        Fresh.made += 1;
      }
      @OnTemplateStatus()
      fresh(event: TemplateStatusEvent): Promise<void> {
        return this.diary.write(`fresh ${Fresh.made}`, event);
      }
    }
    @Injectable()
    class Heir extends Listener {}
    @Controller()
    class SomeController {
      constructor(private readonly diary: Diary) {}
      @OnTemplateStatus()
      controller(event: TemplateStatusEvent): Promise<void> {
        return this.diary.write('controller', event);
      }
    }
    const { events, diary } = await start([Heir, Fresh], { controllers: [SomeController] });
    await events.deliver([templateEvent('1')]);
    await diary.until(4);
    await events.deliver([templateEvent('2')]);
    await diary.until(8);
    expect(diary.entries.filter((entry) => entry.startsWith('fresh'))).toEqual(['fresh 1 1', 'fresh 2 2']);
    expect(diary.entries).toEqual(expect.arrayContaining(['template 1', 'several 1', 'controller 1']));
  });

  it('are emitted by the EventEmitter2 of the host, where it has one', async () => {
    class Bookkeeper {
      readonly heard: unknown[] = [];

      @OnEvent('whatsapp.*.*')
      note(event: WhatsAppEvent): void {
        this.heard.push(event);
      }
    }
    const { events, app: host } = await start([Bookkeeper], {
      imports: [EventEmitterModule.forRoot({ wildcard: true })],
    });
    const plain = vi.fn<(event: WhatsAppEvent) => void>();
    host.get(EventEmitter2).on('whatsapp.webhook', plain);
    await events.deliver([templateEvent('1'), fieldEvent('2', 'calls')]);
    await expect.poll(() => host.get(Bookkeeper).heard).toEqual([templateEvent('1')]);
    await expect.poll(() => plain.mock.calls).toEqual([[fieldEvent('2', 'calls')]]);
  });
});

describe('a handler', () => {
  it('that throws is logged and harms no one', async () => {
    const error = vi.fn<(message: string, stack?: string) => void>();
    const logger: LoggerService = { log: vi.fn<() => void>(), warn: vi.fn<() => void>(), error };
    const { diary, events } = await start([Listener], { options: { logger } });
    diary.conduct.set('template', async () => {
      throw new Error('Of no use');
    });
    await events.deliver([templateEvent('1'), templateEvent('2')]);
    await diary.until(4);
    await vi.waitUntil(() => error.mock.calls.length >= 2, { interval: 1 });
    expect(diary.entries).toEqual(['template 1', 'several 1', 'template 2', 'several 2']);
    expect(error.mock.calls[0]?.[0]).toBe('Listener.template failed at the event template.status 1: Error: Of no use');
    expect(error.mock.calls[0]?.[1]).toContain('events.test.ts');
  });

  it('that throws before it gets to its first promise harms no one, either', async () => {
    @Injectable()
    class Hasty {
      @OnTemplateStatus()
      take(): void {
        throw new Error('At once');
      }
    }
    const { diary, events } = await start([Hasty, Listener]);
    await events.deliver([templateEvent('1')]);
    await diary.until(2);
    expect(diary.entries).toEqual(['template 1', 'several 1']);
  });

  it('that is slow is not waited for by who delivers, but by the app that ends', async () => {
    const { diary, events, app: host } = await start([Listener]);
    const gate = new EventEmitter();
    let isDone = false;
    diary.conduct.set('template', async () => {
      await once(gate, 'open');
      isDone = true;
    });
    await events.deliver([templateEvent('1')]);
    await diary.until(2);
    const closed = host.app.close();
    setImmediate(() => gate.emit('open'));
    await closed;
    expect(isDone).toBe(true);
  });
});

describe('the types of handlers', () => {
  it('refuse a method that takes something else', () => {
    class Typed {
      @OnInboundMessage()
      inbound(_event: InboundMessageEvent): void {}

      @OnMessageStatus()
      nothing(): void {}

      @OnWebhook('calls')
      anything(_event: WhatsAppEvent): void {}

      // @ts-expect-error -- it is called with another event
      @OnMessageStatus()
      other(_event: InboundMessageEvent): void {}

      // @ts-expect-error -- it is called with nothing more than the event
      @OnInboundMessage()
      more(_event: InboundMessageEvent, _more: string): void {}
    }
    expect(Typed).toBeDefined();
  });
});

describe('events by a queue', () => {
  it('need a queue', async () => {
    await expect(start([Listener], { options: { events: { delivery: 'queue' } } })).rejects.toThrow(
      "events: { delivery: 'queue' } needs queue: 'bull'.",
    );
  });

  it('are chosen next to the options, for the queue must be known before them', async () => {
    const wrong: object = { events: { delivery: 'post' } };
    await expect(start([Listener], { options: wrong })).rejects.toThrow(
      "must be { delivery: 'process' } or { delivery: 'queue' }.",
    );
  });
});
