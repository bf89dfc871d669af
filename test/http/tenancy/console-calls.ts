import { type Call, type Calls, form, one, PERSON } from './call.js';

const CONSOLE = '/whatsapp/console/api';
/** A change as the console's own page asks for it. */
const change = (path: string): Call => ({ path, body: {}, headers: { 'x-whatsapp-console': '1' } });

const ofContact = (path = ''): Calls => one(({ contactId }) => change(`${CONSOLE}/contacts/${contactId}${path}`));
const csv = (path: string): Call => ({
  path,
  body: `phone,first_name\n${PERSON},Ana\n`,
  headers: { 'x-whatsapp-console': '1', 'content-type': 'text/csv' },
});

const inConversation = (path = '', body: object = {}): Calls =>
  one(({ conversationId }) => ({ ...change(`${CONSOLE}/conversations/${conversationId}${path}`), body }));

const ofTemplate = (path = '', body: object = {}): Calls =>
  one(({ templateId }) => ({ ...change(`${CONSOLE}/templates/${templateId}${path}`), body }));

const LATER = new Date(Date.now() + 3_600_000).toISOString();
/** A list for the template and from the number of another; it waits, so that nothing is sent meanwhile. */
const ofList =
  (path: string): Calls =>
  (own, { template, numberId }) =>
    [
      { template_name: template, phone_number_id: own.numberId },
      { template_name: own.template, phone_number_id: numberId },
    ].map((named) => {
      const query = { ...named, language: 'en_US', columns: 'phone,', has_header: 'true', scheduled_at: LATER };
      return csv(`${path}?${String(new URLSearchParams(query))}`);
    });

const BODY = [{ type: 'BODY', text: 'Welcome.' }];

/** Of conversations and contacts of the console: to be made before others delete the contacts. */
export const CALLS_OF_PEOPLE: Readonly<Record<string, Calls>> = {
  // conversations
  'GET whatsapp/console/api/conversations': (_, { phone, numberId, cursor }) => [
    { path: `${CONSOLE}/conversations?q=${encodeURIComponent(phone)}` },
    { path: `${CONSOLE}/conversations?phone_number_id=${numberId}` },
    { path: `${CONSOLE}/conversations?cursor=${encodeURIComponent(cursor)}`, isByPlace: true },
  ],
  'GET whatsapp/console/api/conversations/:id': one(({ conversationId }) => ({
    path: `${CONSOLE}/conversations/${conversationId}`,
  })),
  'GET whatsapp/console/api/conversations/:id/messages': (own, { conversationId, before }) => [
    { path: `${CONSOLE}/conversations/${conversationId}/messages` },
    {
      path: `${CONSOLE}/conversations/${own.conversationId}/messages?before=${encodeURIComponent(before)}`,
      isByPlace: true,
    },
  ],
  'GET whatsapp/console/api/conversations/:id/messages/:message/media': (own, { conversationId, mediaMessageId }) =>
    [conversationId, own.conversationId].map((id) => ({
      path: `${CONSOLE}/conversations/${id}/messages/${mediaMessageId}/media`,
    })),
  'GET whatsapp/console/api/conversations/:id/templates': one(({ conversationId }) => ({
    path: `${CONSOLE}/conversations/${conversationId}/templates`,
  })),
  'PATCH whatsapp/console/api/conversations/:id': inConversation('', {
    status: 'closed',
    label: 'taken',
    assigned_to: 'me',
  }),
  'POST whatsapp/console/api/conversations/:id/read': inConversation('/read'),
  'POST whatsapp/console/api/conversations/:id/text': (own, ids) => [
    ...inConversation('/text', { text: 'x' })(own, ids),
    ...inConversation('/text', { text: 'x', reply_to: ids.wamid })(own, own),
  ],
  'POST whatsapp/console/api/conversations/:id/reaction': (own, ids) => [
    ...inConversation('/reaction', { wamid: own.wamid, emoji: '👍' })(own, ids),
    ...inConversation('/reaction', { wamid: ids.wamid, emoji: '👍' })(own, own),
  ],
  'POST whatsapp/console/api/conversations/:id/template': (own, ids) => [
    ...inConversation('/template', { name: own.template, language: 'en_US' })(own, ids),
    ...inConversation('/template', { name: ids.template, language: 'en_US' })(own, own),
  ],
  'POST whatsapp/console/api/conversations/:id/file': (own, { conversationId, wamid }) =>
    [
      { id: conversationId, replyTo: own.wamid },
      { id: own.conversationId, replyTo: wamid },
    ].map(({ id, replyTo }) => {
      const { headers, ...body } = form({ reply_to: replyTo }, '%PDF-1.4\n');
      const { path, headers: changing } = change(`${CONSOLE}/conversations/${id}/file`);
      return { path, ...body, headers: { ...changing, ...headers } };
    }),
  // contacts
  'GET whatsapp/console/api/contacts': (_, { phone }) => [
    { path: `${CONSOLE}/contacts?q=${encodeURIComponent(phone)}` },
    { path: `${CONSOLE}/contacts?group=vip&consent=opted_out` },
  ],
  'GET whatsapp/console/api/contacts/groups': one(() => ({ path: `${CONSOLE}/contacts/groups` })),
  'GET whatsapp/console/api/contacts/export': one(({ phone }) => ({
    path: `${CONSOLE}/contacts/export?q=${encodeURIComponent(phone)}`,
  })),
  'GET whatsapp/console/api/contacts/:id': one(({ contactId }) => ({ path: `${CONSOLE}/contacts/${contactId}` })),
  'POST whatsapp/console/api/contacts': one(({ phone }) => ({ ...change(`${CONSOLE}/contacts`), body: { phone } })),
  'PUT whatsapp/console/api/contacts/:id': ofContact(),
  'POST whatsapp/console/api/contacts/:id/consent': one(({ contactId }) => ({
    ...change(`${CONSOLE}/contacts/${contactId}/consent`),
    body: { consent: 'opted_in' },
  })),
  'POST whatsapp/console/api/contacts/:id/block': ofContact('/block'),
  'DELETE whatsapp/console/api/contacts/:id/block': ofContact('/block'),
  'POST whatsapp/console/api/contacts/import/preview': one(() => csv(`${CONSOLE}/contacts/import/preview`)),
  'POST whatsapp/console/api/contacts/import': one(() =>
    csv(`${CONSOLE}/contacts/import?columns=phone,first_name&dry_run=true`),
  ),
};

/** All others of the console. */
export const CONSOLE_CALLS: Readonly<Record<string, Calls>> = {
  'GET whatsapp/console/api/messages': (_, { phone, template, bulkSendId, numberId }) => [
    { path: `${CONSOLE}/messages?phone=${encodeURIComponent(phone)}` },
    { path: `${CONSOLE}/messages?template=${template}` },
    { path: `${CONSOLE}/messages?bulk_send_id=${bulkSendId}` },
    { path: `${CONSOLE}/messages?phone_number_id=${numberId}` },
  ],
  'GET whatsapp/console/api/messages/search': (_, { phone, wamid, messageId }) =>
    [phone, wamid, messageId].map((name) => ({ path: `${CONSOLE}/messages/search?q=${encodeURIComponent(name)}` })),
  'GET whatsapp/console/api/messages/:id': (_, { wamid, messageId }) =>
    [wamid, messageId].map((name) => ({ path: `${CONSOLE}/messages/${encodeURIComponent(name)}` })),
  'GET whatsapp/console/api/messages/:id/callbacks': (_, { wamid, messageId }) =>
    [wamid, messageId].map((name) => ({ path: `${CONSOLE}/messages/${encodeURIComponent(name)}/callbacks` })),
  'POST whatsapp/console/api/messages/:id/send-again': one(({ messageId }) =>
    change(`${CONSOLE}/messages/${messageId}/send-again`),
  ),
  'POST whatsapp/console/api/bulk-sends/rows': one(() => csv(`${CONSOLE}/bulk-sends/rows`)),
  'POST whatsapp/console/api/bulk-sends/check': ofList(`${CONSOLE}/bulk-sends/check`),
  'POST whatsapp/console/api/bulk-sends': ofList(`${CONSOLE}/bulk-sends`),
  'GET whatsapp/console/api/bulk-sends': (_, { numberId }) => [
    { path: `${CONSOLE}/bulk-sends` },
    { path: `${CONSOLE}/bulk-sends?phone_number_id=${numberId}` },
  ],
  'GET whatsapp/console/api/bulk-sends/:id': one(({ bulkSendId }) => ({ path: `${CONSOLE}/bulk-sends/${bulkSendId}` })),
  'GET whatsapp/console/api/bulk-sends/:id/breakdown': one(({ bulkSendId }) => ({
    path: `${CONSOLE}/bulk-sends/${bulkSendId}/breakdown`,
  })),
  'GET whatsapp/console/api/bulk-sends/:id/export': one(({ bulkSendId }) => ({
    path: `${CONSOLE}/bulk-sends/${bulkSendId}/export`,
  })),
  ...Object.fromEntries(
    ['pause', 'resume', 'cancel', 'retry'].map((action) => [
      `POST whatsapp/console/api/bulk-sends/:id/${action}`,
      one(({ bulkSendId }) => change(`${CONSOLE}/bulk-sends/${bulkSendId}/${action}`)),
    ]),
  ),
  'DELETE whatsapp/console/api/contacts/:id': ofContact(),
  'GET whatsapp/console/api/accounts': one(() => ({ path: `${CONSOLE}/accounts` })),
  'POST whatsapp/console/api/accounts': (own, { template }) => [
    {
      ...change(`${CONSOLE}/accounts`),
      body: { business_account_id: own.account.id, access_token: `x${template}` },
    },
  ],
  'POST whatsapp/console/api/accounts/sync': one(() => change(`${CONSOLE}/accounts/sync`)),
  'POST whatsapp/console/api/accounts/:id/subscribe': (own, { numberId }) => [
    change(`${CONSOLE}/accounts/${numberId === own.numberId ? own.account.id : numberId}/subscribe`),
  ],
  'POST whatsapp/console/api/numbers/:id/register': one(({ numberId }) => ({
    ...change(`${CONSOLE}/numbers/${numberId}/register`),
    body: { pin: '123456' },
  })),
  'POST whatsapp/console/api/numbers/:id/primary': one(({ numberId }) =>
    change(`${CONSOLE}/numbers/${numberId}/primary`),
  ),
  'GET whatsapp/console/api/health': one(() => ({ path: `${CONSOLE}/health` })),
  'GET whatsapp/console/api/options': one(() => ({ path: `${CONSOLE}/options` })),
  'GET whatsapp/console/api/keys': one(() => ({ path: `${CONSOLE}/keys` })),
  'POST whatsapp/console/api/keys': one(() => ({
    ...change(`${CONSOLE}/keys`),
    body: { name: 'New' },
    isByPlace: true,
  })),
  'POST whatsapp/console/api/keys/:id/rotate': one(({ keyId }) => change(`${CONSOLE}/keys/${keyId}/rotate`)),
  'DELETE whatsapp/console/api/keys/:id': one(({ keyId }) => change(`${CONSOLE}/keys/${keyId}`)),
  'GET whatsapp/console/api/overview/costs': one(() => ({ path: `${CONSOLE}/overview/costs` })),
  'GET whatsapp/console/api/first-steps': one(() => ({ path: `${CONSOLE}/first-steps` })),
  'GET whatsapp/console/api/overview': one(() => ({ path: `${CONSOLE}/overview` })),
  'GET whatsapp/console/api/numbers': one(() => ({ path: `${CONSOLE}/numbers` })),
  'POST whatsapp/console/api/numbers/:id/resume': one(({ numberId }) =>
    change(`${CONSOLE}/numbers/${numberId}/resume`),
  ),
  // where callbacks go: set before anything is delivered again, and removed when nothing is any more
  'POST whatsapp/console/api/callbacks': one((_, { target }) => ({
    ...change(`${CONSOLE}/callbacks`),
    body: { url: target, secret: 'sixteen characters', events: ['contact.created'] },
  })),
  'GET whatsapp/console/api/callbacks': one(() => ({ path: `${CONSOLE}/callbacks` })),
  'GET whatsapp/console/api/callbacks/deliveries': one(() => ({ path: `${CONSOLE}/callbacks/deliveries` })),
  'GET whatsapp/console/api/callbacks/deliveries/:id': one(({ deliveryId }) => ({
    path: `${CONSOLE}/callbacks/deliveries/${deliveryId}`,
  })),
  'POST whatsapp/console/api/callbacks/deliveries/:id/resend': one(({ deliveryId }) =>
    change(`${CONSOLE}/callbacks/deliveries/${deliveryId}/resend`),
  ),
  'POST whatsapp/console/api/callbacks/deliveries/resend': one(() => change(`${CONSOLE}/callbacks/deliveries/resend`)),
  'DELETE whatsapp/console/api/callbacks': one(() => change(`${CONSOLE}/callbacks`)),
  'GET whatsapp/console/api/webhooks': one(() => ({ path: `${CONSOLE}/webhooks` })),
  'GET whatsapp/console/api/webhooks/failed': one(() => ({ path: `${CONSOLE}/webhooks/failed` })),
  'GET whatsapp/console/api/webhooks/failed/:id': one(({ failedItemId }) => ({
    path: `${CONSOLE}/webhooks/failed/${failedItemId}`,
  })),
  'POST whatsapp/console/api/webhooks/failed/:id/apply': one(({ failedItemId }) =>
    change(`${CONSOLE}/webhooks/failed/${failedItemId}/apply`),
  ),
  // Each time it counts one more try of the workspace's own item.
  'POST whatsapp/console/api/webhooks/failed/apply': one(() => change(`${CONSOLE}/webhooks/failed/apply`)),
  // templates, at the end: they are edited and deleted
  'GET whatsapp/console/api/templates': (_, { template, accountId }) => [
    { path: `${CONSOLE}/templates?q=${template}` },
    { path: `${CONSOLE}/templates?business_account_id=${accountId}` },
  ],
  'GET whatsapp/console/api/templates/filters': one(() => ({ path: `${CONSOLE}/templates/filters` })),
  'GET whatsapp/console/api/templates/:id': one(({ templateId }) => ({ path: `${CONSOLE}/templates/${templateId}` })),
  'POST whatsapp/console/api/templates/sync': one(() => change(`${CONSOLE}/templates/sync`)),
  'POST whatsapp/console/api/templates': one(({ accountId }) => ({
    ...change(`${CONSOLE}/templates`),
    body: {
      name: 'a_new_one',
      language: 'en_US',
      category: 'UTILITY',
      components: BODY,
      business_account_id: accountId,
    },
  })),
  'POST whatsapp/console/api/templates/:id/send': (own, ids) => [
    ...ofTemplate('/send', { to: PERSON })(own, ids),
    ...ofTemplate('/send', { to: PERSON, phone_number_id: ids.numberId })(own, own),
  ],
  'POST whatsapp/console/api/templates/:id/edit': ofTemplate('/edit', { components: BODY }),
  'DELETE whatsapp/console/api/templates/:id': ofTemplate(),
};
