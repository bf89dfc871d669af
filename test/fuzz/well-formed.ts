import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { bodiesOf } from '../support/openapi/documented-bodies.js';
import type { FoundOperation } from '../support/openapi/documented-operations.js';
import type { Tenant } from '../http/tenancy/tenants.js';
import { listed } from './strange.js';
import type { Draft, DraftBody } from './draft.js';

/** People that are written to: Meta has them all, and no one blocks them. */
export const PEOPLE = Array.from({ length: 20 }, (_, index) => `+120255501${String(index).padStart(2, '0')}`);
/** People that are blocked and unblocked. */
export const OTHERS = PEOPLE.map((phone) => phone.replace('55501', '55502'));

const spelled = (people: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...people), fc.nat(3)).map(([phone, spelling]) => {
    const [, country, area, first, last] = /^\+(1)(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
    return (
      [phone, phone.slice(1), `+${country} (${area}) ${first}-${last}`, `+${country}-${area}-${first}-${last}`][
        spelling
      ] ?? phone
    );
  });

const PHONES = new Set(['phone', 'phoneNumber', 'phone_number', 'recipient_phone', 'to']);
/** Fields that take any text. */
const TEXTS = new Set([
  ...listed('content | message | message_body | text | caption | reason | label | assignedTo | assigned_to'),
  ...listed('address'),
  ...listed('company | city | state | zip | lastname | firstname | first_name | last_name | footer'),
]);
/** What may be left out without another field, or a template, missing it. */
const LEAVABLE = new Set([
  ...[...TEXTS].filter((name) => name !== 'content'),
  ...listed('requestId | language_code | account_id | scheduled_at | email | type | country | groups | read'),
  ...listed('status'),
  ...listed('include_unknown | expires_at | abilities | events | dry_run | on_quota_exceeded | filename | contact'),
]);

type Schema = {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
};

/** Texts of any characters that are not blank, as long as may be. */
const textUpTo = (most: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 8, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(most, 60) }) },
      { weight: 1, arbitrary: fc.constantFrom('x'.repeat(most), 'é'.repeat(most)) },
    )
    .map((text) => {
      const cut = Array.from(`x${text.trim()}`).slice(0, most).join('').trim();
      return cut === '' ? 'x' : cut;
    });

/** Requests of an operation that its document allows and the world has what they name. */
export function wellFormed(found: FoundOperation, own: Tenant): fc.Arbitrary<Draft> {
  const { method, path, operation } = found;
  const parameters = (operation.parameters ?? []).flatMap((parameter) => ('in' in parameter ? [parameter] : []));
  const params = Object.fromEntries(
    parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => [name, 'own' as const]),
  );
  const headers = parameters
    .filter((parameter) => parameter.in === 'header')
    .map(({ name }) =>
      name === 'Idempotency-Key'
        ? fc.option(
            fc.constant(name).map((header) => [header, randomUUID()] as const),
            { nil: undefined, freq: 2 },
          )
        : fc.constant([name, '1'] as const),
    );
  return body(found, own).chain((given) => {
    const inQuery =
      given?.as === 'json' && path.endsWith('/send-bulk') ? [] : parameters.filter((one) => one.in === 'query');
    const query = inQuery.flatMap((parameter) => {
      const value = inQueryOf(path, parameter.name, parameter.schema ?? {}, own);
      if (!value) return [];
      const pair = value.map((text) => [parameter.name, encodeURIComponent(text)] as const);
      return [mustBe(path, parameter.name, parameter.required) ? pair : fc.option(pair, { nil: undefined, freq: 2 })];
    });
    return fc.record({ query: fc.tuple(...query), headers: fc.tuple(...headers) }).map((chosen) => ({
      method,
      path,
      params,
      suffix: '',
      query: chosen.query.filter((pair) => pair !== undefined),
      headers: [['x-api-key', own.key] as const, ...chosen.headers.filter((pair) => pair !== undefined)],
      body: given,
    }));
  });
}

const mustBe = (path: string, name: string, isRequired = false): boolean =>
  isRequired ||
  (path.endsWith('/send-bulk') && ['phone_number_id', 'template_name', 'scheduled_at'].includes(name)) ||
  // A list that is sent at once would go on behind the next requests.
  (/\/bulk-sends(?:\/check)?$/.test(path) && ['scheduled_at', 'has_header'].includes(name));

/** Late enough to stay where it is. */
const later = () => new Date(Date.now() + 86_400_000).toISOString();

function inQueryOf(path: string, name: string, schema: object, own: Tenant): fc.Arbitrary<string> | undefined {
  const { enum: words, type, minimum, maximum }: Schema = schema;
  const known: Readonly<Record<string, string>> = {
    phone_number_id: own.numberId,
    template_name: 'welcome_message',
    language: 'es',
    template: own.template,
    bulk_send_id: own.bulkSendId,
    business_account_id: own.accountId,
    columns: path.includes('/contacts') ? 'phone,first_name,,groups' : 'phone,variables.name,,variables.company',
    values: '{}',
    scheduled_at: later(),
    created_after: '2026-11-01',
    created_before: '2026-11-30T18:00:00Z',
    from: '2026-11-01',
    to: '2026-11-30',
    error_code: '131026',
    // It is without commas.
    group: 'vip',
    kinds: 'message,inbound',
    source_id: String(own.sourceId),
    status_id: String(own.statusId),
    cursor: own.cursor,
    before: own.before,
    'hub.verify_token': 'made up',
    'hub.challenge': '1158201444',
    has_header: 'true',
  };
  if (name === 'phone') return spelled(PEOPLE);
  // A page of conversations is none of messages or contacts.
  if (name === 'budget') return undefined;
  if (name === 'cursor' && !path.endsWith('/conversations')) return undefined;
  if (name in known) return fc.constant(known[name] ?? '');
  if (words) return fc.constantFrom(...words.map(String));
  if (type === 'boolean') return fc.constant('true');
  if (type === 'integer') {
    return fc
      .oneof(fc.constantFrom(minimum ?? 0, maximum ?? 100), fc.integer({ min: minimum, max: maximum }))
      .map(String);
  }
  return textUpTo(255);
}

const PDF = '%PDF-1.4\n';

/** What the examples lack: their own text, or something of the workspace. */
function exampleOf({ path, method, ...found }: FoundOperation, type: string, own: Tenant): unknown {
  const given = bodiesOf({ path, method, ...found }).find(
    (each) => each.place === 'request' && each.type === type,
  )?.example;
  const [, place = path] = /\/console\/api(\/.*)$/.exec(path) ?? [];
  if (place.endsWith('/session')) return { key: own.key };
  if (place === '/accounts')
    return { business_account_id: own.accountId, access_token: own.account.accessToken, app_secret: null };
  if (place.endsWith('/reaction')) return { wamid: own.wamid, emoji: '👍' };
  if (place === '/conversations/{id}/template')
    return { name: 'welcome_message', language: 'es', variables: { name: 'Juan', company: 'Mi Empresa' } };
  if (place === '/templates')
    return {
      ...Object(given),
      parameter_format: 'POSITIONAL',
      components: [{ type: 'BODY', text: 'Gracias por unirte.' }],
    };
  if (place === '/templates/{id}/edit') return { components: [{ type: 'BODY', text: 'Gracias por unirte.' }] };
  if (place === '/callbacks') return { ...Object(given), url: own.target };
  if (place.endsWith('/webhook'))
    return JSON.parse(
      JSON.stringify(given).replace('102290129340398', own.accountId).replace('106540352242922', own.numberId),
    );
  return given;
}

function body(found: FoundOperation, own: Tenant): fc.Arbitrary<DraftBody | undefined> {
  const bodies = bodiesOf(found).filter(({ place }) => place === 'request');
  if (bodies.length === 0) return fc.constant(undefined);
  return fc.oneof(
    ...bodies
      .filter(({ type }) => (found.path.endsWith('/file') ? type !== 'application/json' : true))
      .map(({ type, schema }): fc.Arbitrary<DraftBody> => {
        const example = exampleOf(found, type, own);
        if (type === 'multipart/form-data') return aForm(found, own);
        if (type !== 'application/json') return fc.constant({ as: 'text', value: String(example), type });
        return varied(example, schema ?? {}, found.path, own).map((value) => ({ as: 'json', value }));
      }),
  );
}

function aForm(found: FoundOperation, own: Tenant): fc.Arbitrary<DraftBody> {
  if (found.path.endsWith('/file'))
    return fc.record({
      as: fc.constant('form' as const),
      fields: fc.constantFrom<Readonly<Record<string, string>>>({}, { caption: 'As promised' }),
      file: fc.constant(PDF),
    });
  const example: unknown = exampleOf(found, 'application/json', own);
  const { contact: _, ...flat } = Object(example);
  return fc.constant({ as: 'form', fields: flat });
}

/** An example with other values in its fields, and without some of them. */
function varied(example: unknown, schema: Schema, path: string, own: Tenant): fc.Arbitrary<unknown> {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return fc.constant(example);
  const fields = Object.entries(example).map(([name, value]) => {
    const mustStay = schema.required?.includes(name) || !LEAVABLE.has(name);
    const other = field(name, value, schema.properties?.[name] ?? {}, path, own);
    return [name, mustStay ? other : fc.option(other, { nil: undefined, freq: 4 })] as const;
  });
  if (path.endsWith('/send-bulk')) fields.push(['scheduled_at', fc.constant(later())]);
  return fc.record(Object.fromEntries(fields)).map((value) => JSON.parse(JSON.stringify(value)));
}

function field(name: string, value: unknown, schema: Schema, path: string, own: Tenant): fc.Arbitrary<unknown> {
  // A contact's own number may be that of no other.
  if (path.includes('/contacts') && (name === 'phone' || name === 'email')) return fc.constant(name).map(ofSomeoneNew);
  if (name === 'name' && /\/(?:groups|statuses|sources|templates)(?:$|\/\{id\}$)/.test(path))
    return fc.constant('made').map((made) => `${made}_${randomUUID().replaceAll('-', '_')}`);
  if (PHONES.has(name)) return spelled(path.endsWith('block') ? OTHERS : PEOPLE);
  if (name === 'phone_number_id' || name === 'from_phone_number_id') return fc.constant(own.numberId);
  if (name === 'contact') return fc.constant({ firstname: 'Ana', groups: ['customers'] });
  if (name === 'recipients') {
    const phone = path.endsWith('/send-bulk') ? 'phone' : 'phoneNumber';
    const first: unknown = Array.isArray(value) ? value[0] : undefined;
    return fc.array(
      spelled(PEOPLE).map((someone) => ({ ...Object(first), [phone]: someone })),
      { minLength: 1, maxLength: 5 },
    );
  }
  if (TEXTS.has(name))
    // A message with buttons has less room than one without.
    return textUpTo(name === 'message_body' ? 1_024 : (schema.maxLength ?? 60));
  const words = schema.enum?.filter((word) => word !== null) ?? [];
  if (words.length > 0 && name !== 'message_type' && name !== 'messageType' && name !== 'media_type')
    return fc.constantFrom(...words);
  return fc.constant(value);
}

let people = 0;

function ofSomeoneNew(name: 'phone' | 'email'): string {
  people += 1;
  return name === 'phone' ? `+1202${String(6_000_000 + people)}` : `someone-${people}@example.com`;
}
