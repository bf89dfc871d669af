import { type Calls, form, one, PERSON } from './call.js';
import { CALLS_OF_PEOPLE, CONSOLE_CALLS } from './console-calls.js';
import type { Ids, Tenant } from './tenants.js';

const META = '/api/v1/meta-templates';
const bulkCalls = (path: string, body?: object): Calls =>
  one(({ bulkSendId }) => ({ path: `${META}/bulk-sends/${bulkSendId}${path}`, body }));

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
  // console, before contacts are deleted
  ...CALLS_OF_PEOPLE,
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
  ...CONSOLE_CALLS,
};
