import type { Ids, Tenant } from './tenants.js';

/** A request that names something. */
export interface Call {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** What it names is a place in the workspace's own list, so that the answer may be another. */
  readonly isByPlace?: boolean;
}

/** Calls of one route by a workspace's key; each is made with ids of another workspace, and with such as never were. */
export type Calls = (own: Tenant, ids: Ids) => readonly Call[];

const BOUNDARY = 'between';
const form = (fields: Readonly<Record<string, string>>): Pick<Call, 'body' | 'headers'> => ({
  body: [
    ...Object.entries(fields).map(
      ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
    `--${BOUNDARY}--\r\n`,
  ].join(''),
  headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
});

const one =
  (call: (ids: Ids, own: Tenant) => Call): Calls =>
  (own, ids) => [call(ids, own)];

/** Someone unknown. */
export const PERSON = '+12025558888';
const META = '/api/v1/meta-templates';
const bulkCalls = (path: string, body?: object): Calls =>
  one(({ bulkSendId }) => ({ path: `${META}/bulk-sends/${bulkSendId}${path}`, body }));

const CONSOLE = '/whatsapp/console/api';
/** A change as the console's own page asks for it. */
const change = (path: string): Call => ({ path, body: {}, headers: { 'x-whatsapp-console': '1' } });

const ofContact = (path = ''): Calls => one(({ contactId }) => change(`${CONSOLE}/contacts/${contactId}${path}`));
const csv = (path: string): Call => ({
  path,
  body: `phone,first_name\n${PERSON},Ana\n`,
  headers: { 'x-whatsapp-console': '1', 'content-type': 'text/csv' },
});

const contact = one(({ contactId }, { workspace }) => ({ path: `/api/v1/${workspace}/contacts/${contactId}` }));

function categoryCalls(plural: string, idOf: (ids: Ids) => number): Readonly<Record<string, Calls>> {
  const route = `api/v1/:subdomain/${plural}`;
  const path = ({ workspace }: Tenant) => `/api/v1/${workspace}/${plural}`;
  return {
    [`GET ${route}`]: one((_, own) => ({ path: path(own) })),
    [`POST ${route}`]: one((ids, own) => ({ path: path(own), body: { name: `new ${idOf(ids)}` } })),
    [`GET ${route}/:id`]: one((ids, own) => ({ path: `${path(own)}/${idOf(ids)}` })),
    [`PUT ${route}/:id`]: one((ids, own) => ({ path: `${path(own)}/${idOf(ids)}`, body: { name: 'Taken' } })),
    [`DELETE ${route}/:id`]: one((ids, own) => ({ path: `${path(own)}/${idOf(ids)}` })),
  };
}

/** What can be named in requests, by route. A route that is missing here fails the test. */
export const CALLS: Readonly<Record<string, Calls>> = {
  // metaTemplates
  'POST api/v1/meta-templates/send': (own, { numberId, template }) => {
    const body = {
      phone_number_id: own.numberId,
      template_name: own.template,
      language: 'en_US',
      recipient_phone: PERSON,
    };
    return [
      { path: `${META}/send`, body: { ...body, phone_number_id: numberId } },
      { path: `${META}/send`, body: { ...body, template_name: template } },
    ];
  },
  'GET api/v1/meta-templates/messages/:messageId': (_, { wamid, messageId }) => [
    { path: `${META}/messages/${wamid}` },
    { path: `${META}/messages/${messageId}` },
  ],
  'GET api/v1/business-accounts': one(() => ({ path: '/api/v1/business-accounts' })),
  'GET api/v1/business-info': one(() => ({ path: '/api/v1/business-info' })),
  'POST api/v1/meta-templates/send-bulk': (own, { numberId, template }) => {
    const body = {
      phone_number_id: own.numberId,
      template_name: own.template,
      language: 'en_US',
      recipients: [{ phone: PERSON }],
    };
    const query = new URLSearchParams({ phone_number_id: numberId, template_name: own.template, language: 'en_US' });
    return [
      { path: `${META}/send-bulk`, body: { ...body, phone_number_id: numberId } },
      { path: `${META}/send-bulk`, body: { ...body, template_name: template } },
      { path: `${META}/send-bulk`, body: { ...body, template_name: template, dry_run: true } },
      {
        path: `${META}/send-bulk?${String(query)}`,
        body: `phone\n${PERSON}\n`,
        headers: { 'content-type': 'text/csv' },
      },
    ];
  },
  'GET api/v1/meta-templates/bulk-sends': one(({ template }) => ({ path: `${META}/bulk-sends?template=${template}` })),
  'GET api/v1/meta-templates/bulk-sends/:id': bulkCalls(''),
  'GET api/v1/meta-templates/bulk-sends/:id/messages': bulkCalls('/messages'),
  'POST api/v1/meta-templates/bulk-sends/:id/pause': bulkCalls('/pause'),
  'POST api/v1/meta-templates/bulk-sends/:id/resume': bulkCalls('/resume'),
  'POST api/v1/meta-templates/bulk-sends/:id/cancel': bulkCalls('/cancel'),
  'POST api/v1/meta-templates/bulk-sends/:id/retry': bulkCalls('/retry', { include_unknown: true }),
  'GET api/v1/meta-templates/bulk-sends/:id/events': bulkCalls('/events'),
  'GET api/v1/meta-templates/bulk-sends/:id/export': bulkCalls('/export?format=csv'),
  'GET api/v1/contact-lookup': one(({ phone }) => ({
    path: `/api/v1/contact-lookup?phone=${encodeURIComponent(phone)}`,
  })),
  // conversations
  'POST api/whatsapp/send': one(({ phone }) => ({
    path: '/api/whatsapp/send',
    body: { phoneNumber: phone, content: 'x' },
  })),
  'POST api/whatsapp/conversations/:id/messages': (own, { conversationId, wamid }) => [
    { path: `/api/whatsapp/conversations/${conversationId}/messages`, body: { content: 'x' } },
    {
      path: `/api/whatsapp/conversations/${conversationId}/messages`,
      body: { messageType: 'template', template: { name: own.template, language: { code: 'en_US' } } },
    },
    {
      path: `/api/whatsapp/conversations/${own.conversationId}/messages`,
      body: { messageType: 'reaction', reaction: { message_id: wamid, emoji: '👍' } },
    },
  ],
  'GET api/whatsapp/templates': one(() => ({ path: '/api/whatsapp/templates' })),
  'POST api/whatsapp/send-template': one(({ template, phone }) => ({
    path: '/api/whatsapp/send-template',
    body: { templateName: template, languageCode: 'en_US', recipients: [{ phoneNumber: phone }] },
  })),
  'GET api/whatsapp/conversations': (_, { phone, cursor }) => [
    { path: `/api/whatsapp/conversations?search=${encodeURIComponent(phone)}` },
    { path: `/api/whatsapp/conversations?${cursor && `cursor=${encodeURIComponent(cursor)}`}`, isByPlace: true },
  ],
  'GET api/whatsapp/conversations/:id': one(({ conversationId }) => ({
    path: `/api/whatsapp/conversations/${conversationId}`,
  })),
  'PATCH api/whatsapp/conversations/:id': one(({ conversationId }) => ({
    path: `/api/whatsapp/conversations/${conversationId}`,
    body: { status: 'closed', label: 'taken', assignedTo: 'me', read: true },
  })),
  // messaging
  'POST whatsapp/api/send-message': (_, { numberRow, phone }) => [
    { path: '/whatsapp/api/send-message', body: { phone: PERSON, message: 'x', account_id: numberRow } },
    { path: '/whatsapp/api/send-message', body: { phone, message: 'x' } },
  ],
  'POST whatsapp/api/send-location': one(({ numberRow }) => ({
    path: '/whatsapp/api/send-location',
    body: { phone: PERSON, latitude: 1, longitude: 2, account_id: numberRow },
  })),
  'POST whatsapp/api/send-template': (own, { numberRow, template }) => [
    {
      path: '/whatsapp/api/send-template',
      body: { phone: PERSON, template_name: own.template, language: 'en_US', account_id: numberRow },
    },
    { path: '/whatsapp/api/send-template', body: { phone: PERSON, template_name: template, language: 'en_US' } },
  ],
  'GET whatsapp/api/chats': one(() => ({ path: '/whatsapp/api/chats' })),
  'GET whatsapp/api/campaigns': one(() => ({ path: '/whatsapp/api/campaigns' })),
  'POST whatsapp/api/block': one(({ phone }) => ({ path: '/whatsapp/api/block', body: { phone } })),
  'DELETE whatsapp/api/unblock': one(({ phone }) => ({ path: '/whatsapp/api/unblock', body: { phone } })),
  'GET whatsapp/api/blocked': one(() => ({ path: '/whatsapp/api/blocked' })),
  // contacts of the console, before they are deleted
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
  // workspace
  'POST api/v1/:subdomain/messages/send': one(({ phone }, { workspace }) => ({
    path: `/api/v1/${workspace}/messages/send`,
    body: { phone_number: phone, message_body: 'x' },
  })),
  'POST api/v1/:subdomain/messages/template': (own, { numberId, template }) => {
    const path = `/api/v1/${own.workspace}/messages/template`;
    const body = { phone_number: PERSON, template_name: own.template, template_language: 'en_US' };
    return [
      { path, body: { ...body, from_phone_number_id: numberId } },
      { path, body: { ...body, template_name: template } },
      { path, ...form({ ...body, from_phone_number_id: numberId }) },
      { path, ...form({ ...body, template_name: template }) },
    ];
  },
  'POST api/v1/:subdomain/messages/media': one(({ phone }, { workspace }) => ({
    path: `/api/v1/${workspace}/messages/media`,
    body: { phone_number: phone, media_type: 'image', media_url: 'https://example.com/a.png' },
  })),
  'GET api/v1/:subdomain/messages/:id/status': (own, { wamid, messageId }) => [
    { path: `/api/v1/${own.workspace}/messages/${wamid}/status` },
    { path: `/api/v1/${own.workspace}/messages/${messageId}/status` },
  ],
  'POST api/v1/:subdomain/phone/validate': one((_, { workspace }) => ({
    path: `/api/v1/${workspace}/phone/validate`,
    body: { phone_number: PERSON },
  })),
  'GET api/v1/:subdomain/templates': one((_, { workspace }) => ({ path: `/api/v1/${workspace}/templates` })),
  'GET api/v1/:subdomain/contacts': one(({ phone }, { workspace }) => ({
    path: `/api/v1/${workspace}/contacts?search=${encodeURIComponent(phone)}`,
  })),
  'POST api/v1/:subdomain/contacts': one(({ phone }, { workspace }) => ({
    path: `/api/v1/${workspace}/contacts`,
    body: { firstname: 'Ana', phone },
  })),
  'GET api/v1/:subdomain/contacts/:id': contact,
  'PUT api/v1/:subdomain/contacts/:id': (own, ids) => [
    ...contact(own, ids).map((call) => ({ ...call, body: { firstname: 'Taken' } })),
    { path: `/api/v1/${own.workspace}/contacts/${own.contactId}`, body: { firstname: 'Own' } },
    { path: `/api/v1/${own.workspace}/contacts/${own.contactId}`, body: { source_id: ids.sourceId } },
    { path: `/api/v1/${own.workspace}/contacts/${own.contactId}`, body: { status_id: ids.statusId } },
  ],
  'DELETE api/v1/:subdomain/contacts/:id': contact,
  ...categoryCalls('groups', ({ groupId }) => groupId),
  ...categoryCalls('statuses', ({ statusId }) => statusId),
  ...categoryCalls('sources', ({ sourceId }) => sourceId),
  // console
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
  'POST whatsapp/console/api/messages/:id/send-again': one(({ messageId }) =>
    change(`${CONSOLE}/messages/${messageId}/send-again`),
  ),
  'GET whatsapp/console/api/bulk-sends': one(() => ({ path: `${CONSOLE}/bulk-sends` })),
  'GET whatsapp/console/api/bulk-sends/:id': one(({ bulkSendId }) => ({ path: `${CONSOLE}/bulk-sends/${bulkSendId}` })),
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
};
