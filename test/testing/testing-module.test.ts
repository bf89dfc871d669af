import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  type InboundMessageEvent,
  MessagesService,
  OnInboundMessage,
  OnMessageStatus,
  type MessageStatusEvent,
  WhatsAppModule,
} from 'nestjs-whatsapp';
import { WhatsAppTesting, WhatsAppTestingModule } from 'nestjs-whatsapp/testing';
import { describe, expect, it } from 'vitest';

const template = (name: string) => ({ name, language: 'es', components: [{ type: 'BODY', text: 'Hola' }] });

const CUSTOMER = '+5491112345678';

@Injectable()
class Welcome {
  readonly statuses: string[] = [];

  constructor(private readonly messages: MessagesService) {}

  async welcome(to: string): Promise<string | null> {
    const { wamid } = await this.messages.sendTemplate({ to, template: 'hello_world', language: 'en_US' });
    return wamid;
  }

  @OnInboundMessage()
  async answer({ message }: InboundMessageEvent): Promise<void> {
    if (message.type !== 'text') return;
    await this.messages.sendText({ to: message.recipientPhone, text: { body: `You said ${message.content.body}` } });
  }

  @OnMessageStatus()
  note({ message }: MessageStatusEvent): void {
    if (message) this.statuses.push(message.status);
  }
}

async function start() {
  const app = await Test.createTestingModule({
    imports: [WhatsAppTestingModule.forRoot()],
    providers: [Welcome],
  }).compile();
  await app.init();
  return {
    app,
    welcome: app.get(Welcome),
    testing: app.get(WhatsAppTesting),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

describe('WhatsAppTestingModule', () => {
  it('sends without ids, a database or an environment, and customers write', async () => {
    await using test = await start();
    const { welcome, testing } = test;
    await welcome.welcome(CUSTOMER);
    expect(testing.sentTo(CUSTOMER)).toMatchObject([{ body: { template: { name: 'hello_world' } } }]);
    await testing.settled();
    expect(welcome.statuses).toContain('read');

    await testing.receive({ type: 'text', from: CUSTOMER, text: { body: 'Hello' } });
    expect(testing.sentTo(CUSTOMER).at(-1)).toMatchObject({ body: { text: { body: 'You said Hello' } } });

    testing.meta.faults.nextSend({ kind: 'error', code: 131026 });
    await expect(welcome.welcome(CUSTOMER)).rejects.toMatchObject({ metaCode: 131026 });
  });

  it('takes the place of the real module in a whole app', async () => {
    const whatsapp = WhatsAppModule.forRootAsync({
      useFactory: () => {
        throw new Error('No test should need what the environment has.');
      },
    });

    @Module({ imports: [whatsapp], providers: [Welcome] })
    class AppModule {}

    const app = await Test.createTestingModule({ imports: [AppModule] })
      .overrideModule(whatsapp)
      .useModule(WhatsAppTestingModule.forRoot())
      .compile();
    await app.init();
    await app.get(Welcome).welcome(CUSTOMER);
    expect(app.get(WhatsAppTesting).sentTo(CUSTOMER)).toHaveLength(1);
    await app.close();
  });

  it('has what its options say', async () => {
    const app = await Test.createTestingModule({
      imports: [
        WhatsAppTestingModule.forRoot({
          meta: { accounts: [{ phoneNumbers: [{}], templates: [template('order_shipped')] }] },
        }),
      ],
    }).compile();
    await app.init();
    const send = (name: string) =>
      app.get(MessagesService).sendTemplate({ to: CUSTOMER, template: name, language: 'es' });
    await send('order_shipped');
    await expect(send('order_shiped')).rejects.toThrow('Did you mean "order_shipped"?');
    await app.close();
  });

  it('says that init() is missing', async () => {
    const app = await Test.createTestingModule({
      imports: [WhatsAppTestingModule.forRoot()],
      providers: [Welcome],
    }).compile();
    await expect(app.get(Welcome).welcome(CUSTOMER)).rejects.toThrow('call init() of the app first');
    await app.close();
  });
});
