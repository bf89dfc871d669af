import { EventEmitter, once } from 'node:events';
import { Injectable, Module, type Provider, type Type } from '@nestjs/common';
import {
  type WebhookFieldEvent,
  type InboundMessageEvent,
  OnInboundMessage,
  OnTemplateStatus,
  OnWebhook,
  type TemplateStatusEvent,
  type WhatsAppEvent,
} from 'nestjs-whatsapp';

/** What the handlers of a test were called with, and what they do about it. */
@Injectable()
export class Diary {
  readonly heard: { readonly by: string; readonly event: WhatsAppEvent }[] = [];
  /** What a handler waits for, or throws. */
  readonly conduct = new Map<string, () => Promise<void>>();
  readonly #news = new EventEmitter();

  async write(by: string, event: WhatsAppEvent): Promise<void> {
    this.heard.push({ by, event });
    this.#news.emit('entry');
    await this.conduct.get(by)?.();
  }

  get entries(): string[] {
    return this.heard.map(({ by, event }) => `${by} ${event.id}`);
  }

  async until(count: number): Promise<void> {
    while (this.heard.length < count) await once(this.#news, 'entry');
  }
}

@Injectable()
export class Listener {
  constructor(private readonly diary: Diary) {}

  @OnTemplateStatus()
  async template(event: TemplateStatusEvent): Promise<void> {
    await this.diary.write('template', event);
  }

  @OnWebhook('account_update')
  async account(event: WebhookFieldEvent): Promise<void> {
    await this.diary.write('account', event);
  }

  @OnWebhook()
  async any(event: WebhookFieldEvent): Promise<void> {
    await this.diary.write('any', event);
  }

  @OnInboundMessage()
  @OnTemplateStatus()
  async several(event: InboundMessageEvent | TemplateStatusEvent): Promise<void> {
    await this.diary.write('several', event);
  }

  undecorated(event: WhatsAppEvent): Promise<void> {
    return this.diary.write('undecorated', event);
  }
}

/** A module of the host with these providers and controllers, and a diary. */
export function listening(providers: readonly Provider[], controllers: readonly Type[] = []): Type {
  @Module({ providers: [Diary, ...providers], controllers: [...controllers], exports: [Diary] })
  class HostModule {}

  return HostModule;
}

export const templateEvent = (id: string): TemplateStatusEvent => ({
  type: 'template.status',
  id,
  businessAccountId: '100',
  templateId: '1',
  templateName: 'hello',
  language: 'es',
  status: 'PAUSED',
  reason: null,
  raw: {},
});

export const fieldEvent = (id: string, field: string): WebhookFieldEvent => ({
  type: 'webhook',
  id,
  businessAccountId: '100',
  field,
  value: { some: 'value' },
});
