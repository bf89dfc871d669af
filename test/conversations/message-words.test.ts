import { describe, expect, it } from 'vitest';
import { previewOf } from '../../lib/conversations/conversation-progress.js';

const TABLE: readonly (readonly [type: string, content: object | null, words: string])[] = [
  ['text', { body: 'Hello' }, 'Hello'],
  ['text', { body: '  ' }, '[text]'],
  ['image', { id: '1', caption: 'Look' }, 'Look'],
  ['image', { id: '1' }, '[image]'],
  ['video', { id: '1', caption: 'Film' }, 'Film'],
  ['audio', { id: '1', voice: true }, '[audio]'],
  ['sticker', { id: '1' }, '[sticker]'],
  ['document', { id: '1', filename: 'bill.pdf' }, 'bill.pdf'],
  ['document', { id: '1', filename: 'bill.pdf', caption: 'The bill' }, 'The bill'],
  ['location', { latitude: 1, longitude: 2, name: 'Home', address: 'Street 1' }, 'Home'],
  ['location', { latitude: 1, longitude: 2 }, '[location]'],
  ['contacts', [{ name: { formatted_name: 'Ana' } }, { name: { formatted_name: 'Beto' } }], 'Ana, Beto'],
  ['contacts', { contacts: [{ name: { formatted_name: 'Ana' } }], context: {} }, 'Ana'],
  ['contacts', [], '[contacts]'],
  ['interactive', { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } }, 'Yes'],
  ['interactive', { type: 'list_reply', list_reply: { id: 'y', title: 'Row' } }, 'Row'],
  ['interactive', { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{}' } }, 'Sent'],
  ['interactive', { type: 'button', body: { text: 'Choose' }, action: {} }, 'Choose'],
  ['interactive', null, '[interactive]'],
  ['button', { payload: 'p', text: 'Unsubscribe' }, 'Unsubscribe'],
  ['reaction', { message_id: 'wamid.1', emoji: '👍' }, '👍'],
  ['reaction', { message_id: 'wamid.1' }, '[reaction]'],
  ['order', { catalog_id: '1', text: 'These', product_items: [] }, 'These'],
  ['system', { body: 'A changed from +1 to +2', type: 'user_changed_number' }, 'A changed from +1 to +2'],
  ['unsupported', { errors: [{ code: 131051 }] }, '[unsupported]'],
  ['edit', { original_message_id: 'w', message: { type: 'text', text: { body: 'Better' } } }, 'Better'],
  ['constructor', { body: 'x' }, '[constructor]'],
  ['poll', { question: 'x' }, '[poll]'],
];

describe('A message in words', () => {
  it.each(TABLE)('of type %s, %j, is "%s"', (type, content, words) => {
    expect(previewOf({ type, content, templateName: null })).toBe(words);
  });

  it('is a template by its name', () => {
    expect(previewOf({ type: 'template', content: {}, templateName: 'welcome' })).toBe('[welcome]');
  });
});
