import * as fc from 'fast-check';
import { inboundSamples } from 'nestjs-whatsapp/testing';
import type { Tenant } from '../http/tenancy/tenants.js';
import type { Draft } from './draft.js';
import { anEdit, edited } from './strange.js';
import { PEOPLE } from './well-formed.js';

const PERSON = { wa_id: PEOPLE[0]?.slice(1), user_id: 'US.13491208655302741918' };
const at = '1794864600';

/** Statuses, messages and changes of other fields as Meta posts them, to which edits are made. */
export function webhookBody({
  accountId,
  numberId,
  wamid,
  messageId,
  templateId,
  template,
}: Tenant): fc.Arbitrary<unknown> {
  const metadata = { display_phone_number: '15550783881', phone_number_id: numberId };
  const error = { code: 131026, title: 'Message undeliverable', error_data: { details: 'x' } };
  const status = fc.constantFrom('sent', 'delivered', 'read', 'played', 'failed').map((name) => ({
    id: wamid,
    status: name,
    timestamp: at,
    recipient_id: PERSON.wa_id,
    recipient_user_id: PERSON.user_id,
    biz_opaque_callback_data: `a.${messageId}.1`,
    pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' },
    ...(name === 'failed' && { errors: [error] }),
  }));
  const contents = fc.constantFrom(...Object.entries(inboundSamples));
  const message = fc.tuple(contents, fc.nat(1e6)).map(([[type, content], id]) => ({
    id: `wamid.fuzz${id}`,
    from: PERSON.wa_id,
    from_user_id: PERSON.user_id,
    timestamp: at,
    type,
    [type]: content,
    context: { id: wamid, from: '15550783881' },
  }));
  const contact = { ...PERSON, profile: { name: 'Ana', username: 'ana' } };
  const ofTemplate = {
    message_template_id: templateId,
    message_template_name: template,
    message_template_language: 'en_US',
  };
  const ofNumber = { display_phone_number: '15550783881' };
  const preference = {
    wa_id: PERSON.wa_id,
    user_id: PERSON.user_id,
    category: 'marketing_messages',
    value: 'stop',
    timestamp: 1_794_864_600,
  };
  const other = fc.constantFrom<readonly [field: string, value: object]>(
    [
      'message_template_status_update',
      { event: 'PAUSED', ...ofTemplate, reason: 'x', disable_info: { disable_date: 'x' } },
    ],
    ['message_template_quality_update', { previous_quality_score: 'GREEN', new_quality_score: 'RED', ...ofTemplate }],
    ['message_template_components_update', { ...ofTemplate, message_template_element: 'x' }],
    [
      'template_category_update',
      { ...ofTemplate, previous_category: 'UTILITY', new_category: 'MARKETING', correct_category: 'MARKETING' },
    ],
    [
      'phone_number_quality_update',
      { ...ofNumber, event: 'UPGRADE', current_limit: 'TIER_10K', max_daily_conversations_per_business: 'TIER_10K' },
    ],
    ['phone_number_name_update', { ...ofNumber, decision: 'APPROVED', requested_verified_name: 'x' }],
    [
      'account_update',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [{ restriction_type: 'x', expiration: 1 }],
        waba_info: { waba_id: accountId },
      },
    ],
    ['account_review_update', { decision: 'APPROVED' }],
    [
      'account_alerts',
      {
        entity_type: 'WABA',
        entity_id: accountId,
        alert_severity: 'INFORMATIONAL',
        alert_status: 'ACTIVE',
        alert_type: 'x',
      },
    ],
    ['business_capability_update', { max_daily_conversation_per_phone: 1_000, max_phone_numbers_per_business: 2 }],
    [
      'user_preferences',
      { messaging_product: 'whatsapp', metadata, contacts: [contact], user_preferences: [preference] },
    ],
    [
      'user_id_update',
      {
        messaging_product: 'whatsapp',
        metadata,
        contacts: [contact],
        user_id_update: [
          { wa_id: PERSON.wa_id, user_id: { previous: PERSON.user_id, current: 'US.2' }, timestamp: at },
        ],
      },
    ],
    [
      'smb_message_echoes',
      {
        messaging_product: 'whatsapp',
        metadata,
        message_echoes: [
          { id: 'wamid.echo', from: '15550783881', to: PERSON.wa_id, timestamp: at, type: 'text', text: { body: 'x' } },
        ],
      },
    ],
    [
      'history',
      {
        messaging_product: 'whatsapp',
        metadata,
        history: [
          {
            metadata: { phase: 0, chunk_order: 1, progress: 55 },
            threads: [
              {
                id: PERSON.wa_id,
                messages: [
                  {
                    id: 'wamid.old',
                    from: PERSON.wa_id,
                    timestamp: at,
                    type: 'text',
                    text: { body: 'x' },
                    history_context: { status: 'READ' },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    ['tracking_events', { messaging_product: 'whatsapp', metadata, events: [{ event_name: 'x', timestamp: at }] }],
    ['security', { ...ofNumber, event: 'PIN_CHANGED', requester: 'x' }],
  );
  const few = { maxLength: 3 };
  return fc
    .tuple(fc.array(status, few), fc.array(message, few), fc.array(other, few))
    .map(([statuses, messages, others]) => {
      const value = { messaging_product: 'whatsapp', metadata, contacts: [contact], statuses, messages };
      const changes = [{ field: 'messages', value }, ...others.map(([field, content]) => ({ field, value: content }))];
      return { object: 'whatsapp_business_account', entry: [{ id: accountId, time: 1_794_864_600, changes }] };
    });
}

/** Webhooks with a few edits anywhere, to be signed as they are then. */
export function editedWebhook(own: Tenant): fc.Arbitrary<Draft> {
  const path = fc.constantFrom('/whatsapp/webhook', '/api/whatsapp/webhook');
  return fc.tuple(path, webhookBody(own), fc.array(anEdit, { maxLength: 4 })).map(([to, body, edits]) => ({
    method: 'POST',
    path: to,
    params: {},
    suffix: '',
    query: [],
    headers: [],
    body: { as: 'json', value: edits.reduce<unknown>((changed, edit) => edited(changed, edit), body) },
  }));
}
