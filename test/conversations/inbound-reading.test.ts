import { describe, expect, it } from 'vitest';
import { readInboundMessage, numberChangeIn } from '../../lib/webhooks/messages/inbound-message.js';
import { isOneOfWords } from '../../lib/webhooks/messages/inbound-messages.js';
import { WebhookItemError } from '../../lib/webhooks/webhook-arrivals.js';
import { type GivenMessage, inboundItem, NOON } from './inbound-items.js';

const meta = { account: { id: '100' }, phoneNumber: { id: '200' } };

const read = (given: GivenMessage = {}) => readInboundMessage(inboundItem({ meta }, given));

describe('What a customer sends', () => {
  it('is read with who sent it, when, and what it answers', () => {
    const context = { from: '15550001', id: 'wamid.ours' };
    expect(read({ from: '5491112345678', name: 'Ana', id: 'wamid.1', besides: { context } })).toMatchObject({
      wamid: 'wamid.1',
      type: 'text',
      sentAt: new Date(NOON),
      sender: { phone: '5491112345678', waId: '5491112345678', userId: undefined, profileName: 'Ana' },
      content: { body: 'Hello' },
      contextWamid: 'wamid.ours',
    });
  });

  it.each<readonly [string, GivenMessage, object]>([
    ['a number and a user id', { from: '15550001', userId: 'US.1a' }, { phone: '15550001', userId: 'US.1a' }],
    ['a user id alone', { userId: 'US.1a' }, { phone: undefined, userId: 'US.1a' }],
    ['a user id where a number belongs', { from: 'US.1a' }, { phone: undefined, userId: 'US.1a' }],
  ])('comes from someone with %s', (_, given, sender) => {
    expect(read(given).sender).toMatchObject(sender);
  });

  it('keeps what is next to the object of its type', () => {
    const referral = { source_url: 'https://fb.me/1', ctwa_clid: 'c' };
    const context = { id: 'wamid.ours', from: '1', forwarded: true };
    expect(read({ besides: { referral, context, new_thing: 1 } }).content).toEqual({
      body: 'Hello',
      referral,
      context: { forwarded: true },
      new_thing: 1,
    });
    const cards = [{ name: { formatted_name: 'Ana' } }];
    expect(read({ type: 'contacts', content: cards }).content).toEqual(cards);
    expect(read({ type: 'contacts', content: cards, besides: { context } }).content).toEqual({
      contacts: cards,
      context: { forwarded: true },
    });
    const errors = [{ code: 131051 }];
    expect(read({ type: 'unsupported', content: null, besides: { errors } }).content).toEqual({ errors });
    expect(read({ type: 'interactive', content: null }).content).toBeNull();
    expect(read({ type: 'later', content: 'a text' }).content).toEqual({ later: 'a text' });
  });

  it.each<readonly [string, GivenMessage]>([
    ['without id', { id: '' }],
    ['with a null character in its id', { id: 'wamid.\0' }],
    ['without type', { type: '' }],
    ['without timestamp', { besides: { timestamp: undefined } }],
    ['with a timestamp that is none', { besides: { timestamp: 'soon' } }],
    ['without sender', { besides: { from: undefined } }],
    ['to a group', { besides: { group_id: 'g' } }],
  ])('cannot be applied %s', (_, given) => {
    expect(() => read(given)).toThrow(WebhookItemError);
  });
});

const changed = (system: object, given: GivenMessage = {}) =>
  numberChangeIn(read({ type: 'system', content: system, ...given }));

describe('A change of number', () => {
  it.each<readonly [string, object, object | undefined]>([
    [
      'a new number',
      { type: 'user_changed_number', wa_id: '15550009', body: '…' },
      { from: { phone: '5491112345678', userId: undefined }, to: { waId: '15550009', userId: undefined } },
    ],
    [
      'a new number and new user id',
      { type: 'user_changed_number', wa_id: '15550009', user_id: 'US.2', previous_user_id: 'US.1' },
      { from: { phone: '5491112345678', userId: 'US.1' }, to: { waId: '15550009', userId: 'US.2' } },
    ],
    [
      'a new user id',
      { type: 'user_changed_user_id', user_id: 'US.2', previous_user_id: 'US.1' },
      { from: { phone: '5491112345678', userId: 'US.1' }, to: { waId: undefined, userId: 'US.2' } },
    ],
    [
      'the older word for it',
      { type: 'customer_changed_number', new_wa_id: '15550009' },
      { from: { phone: '5491112345678', userId: undefined }, to: { waId: '15550009', userId: undefined } },
    ],
    ['another identity', { type: 'customer_identity_changed', wa_id: '15550009' }, undefined],
    ['no new number', { type: 'user_changed_number' }, undefined],
  ])('is read from a system note of %s', (_, system, expected) => {
    expect(changed(system)).toEqual(expected);
  });

  it('does not need the old number where the old user id is reported', () => {
    const system = { type: 'user_changed_user_id', user_id: 'US.2', previous_user_id: 'US.1', wa_id: '15550009' };
    expect(changed(system, { besides: { from: undefined } })).toEqual({
      from: { phone: undefined, userId: 'US.1' },
      to: { waId: '15550009', userId: 'US.2' },
    });
  });
});

describe('A word by which people opt out', () => {
  const words = ['STOP', 'Baja', 'no más'];

  it.each<readonly [string, object | null, boolean]>([
    ['text', { body: 'stop' }, true],
    ['text', { body: ' Stop. ' }, true],
    ['text', { body: '¡BAJA!' }, true],
    ['text', { body: 'No Más' }, true],
    ['text', { body: 'please stop writing' }, false],
    ['text', { body: '' }, false],
    ['text', null, false],
    ['button', { payload: 'x', text: 'STOP' }, true],
    ['interactive', { button_reply: { id: '1', title: 'Stop' } }, true],
    ['interactive', { list_reply: { id: '1', title: 'Stop' } }, false],
    ['image', { caption: 'stop' }, false],
  ])('is recognised in %s %j: %s', (type, content, expected) => {
    expect(isOneOfWords(words, { type, content })).toBe(expected);
  });
});
