import { type InboundMessage, isInboundMessage, MessageEntity } from 'nestjs-whatsapp';
import { describe, expect, expectTypeOf, it } from 'vitest';

const row = (fields: Partial<MessageEntity>): MessageEntity => Object.assign(new MessageEntity(), fields);

describe('A message that a customer sent', () => {
  it('has the content that its type says, for the compiler, too', () => {
    const message = row({ direction: 'inbound', type: 'text', content: { body: 'Hi' } });
    if (!isInboundMessage(message)) throw new Error('It is one.');
    if (message.type !== 'text') throw new Error('It is a text.');
    expectTypeOf(message.content.body).toEqualTypeOf<string>();
    expectTypeOf<Extract<InboundMessage, { type: 'location' }>['content']['latitude']>().toEqualTypeOf<number>();
    expect(message.content.body).toBe('Hi');
  });

  it('is not one that was sent to a customer', () => {
    expect(isInboundMessage(row({ direction: 'outbound', type: 'text', content: { body: 'Hi' } }))).toBe(false);
  });
});
