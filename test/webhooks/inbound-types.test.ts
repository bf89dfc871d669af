import { type InboundMessage, MessageEntity, type WhatsAppMessage } from 'nestjs-whatsapp';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { viewOfMessage } from '../../lib/messages/message.view.js';

const messageOf = (fields: Partial<MessageEntity>): WhatsAppMessage =>
  viewOfMessage(Object.assign(new MessageEntity(), fields));

describe('A message', () => {
  it('that a customer sent has the content that its type says, for the compiler, too', () => {
    const message = messageOf({ direction: 'inbound', type: 'text', content: { body: 'Hi' } });
    if (message.direction !== 'inbound' || message.type !== 'text') throw new Error('It is a text.');
    expectTypeOf(message.content?.body).toEqualTypeOf<string | undefined>();
    expectTypeOf<Extract<InboundMessage, { type: 'location' }>['content']['latitude']>().toEqualTypeOf<number>();
    expect(message.content?.body).toBe('Hi');
  });

  it('that was sent to a customer has its own kinds of content', () => {
    const message = messageOf({ direction: 'outbound', type: 'template', content: { variables: { name: 'Ana' } } });
    if (message.direction !== 'outbound' || message.type !== 'template') throw new Error('It is a template.');
    expect(message.content?.variables).toEqual({ name: 'Ana' });
  });

  it('shows no one-time code that waits to be sent', () => {
    const content = { secret: { variables: { 1: '860198' } } };
    expect(messageOf({ direction: 'outbound', type: 'template', content }).content).toBeNull();
  });
});
