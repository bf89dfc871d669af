import { missingInManagement } from '../errors/refusals.js';
import { ok, SUCCESS, type GraphCall, type GraphReply } from '../server/graph-call.js';
import { paginate } from '../server/paging.js';
import { readFields } from '../server/node-fields.js';
import { on } from '../server/route.js';
import { Account } from './account.js';
import { PhoneNumber } from './phone-number.js';
import { GraphError } from '../errors/graph-error.js';

/** Endpoints of business accounts and phone numbers, but for templates, media and messages. */
export const accountRoutes = [
  on(Account, 'GET', undefined, (account, call) => ok(readFields(account.fields(), call.query.get('fields')))),
  on(Account, 'GET', 'phone_numbers', listPhoneNumbers),
  on(Account, 'GET', 'subscribed_apps', listSubscribedApps),
  on(Account, 'POST', 'subscribed_apps', subscribe),
  on(Account, 'DELETE', 'subscribed_apps', (account) => {
    account.isSubscribed = false;
    account.callbackOverride = undefined;
    return SUCCESS;
  }),
  on(PhoneNumber, 'GET', undefined, (number, call) => ok(readFields(number.fields(), call.query.get('fields')))),
  on(PhoneNumber, 'GET', 'whatsapp_business_profile', readBusinessProfile),
  on(PhoneNumber, 'POST', undefined, configure),
  on(PhoneNumber, 'POST', 'register', register),
  on(PhoneNumber, 'POST', 'deregister', deregister),
];

function listPhoneNumbers(account: Account, call: GraphCall): GraphReply {
  const { items, paging } = paginate(account.phoneNumbers, () => true, call);
  const fields = call.query.get('fields');
  return ok({ data: items.map((number) => readFields(number.fields(), fields)), ...(paging && { paging }) });
}

/** Returns only fields that are requested and filled in, and no id. */
function readBusinessProfile({ businessProfile }: PhoneNumber, call: GraphCall): GraphReply {
  const { about, address, description, email, profile_picture_url, websites, vertical } = businessProfile;
  const values = { about, address, description, email, profile_picture_url, websites, vertical };
  const fields = { type: 'WhatsAppBusinessProfile', defaults: [], values: { ...values, id: undefined } };
  return ok({ data: [{ ...readFields(fields, call.query.get('fields')), messaging_product: 'whatsapp' }] });
}

function listSubscribedApps(account: Account): GraphReply {
  if (!account.isSubscribed) return ok({ data: [] });
  const app = {
    id: '67084829086449',
    name: 'Stand-in App',
    link: 'https://www.facebook.com/games/?app_id=67084829086449',
  };
  const override = account.callbackOverride;
  return ok({
    data: [{ whatsapp_business_api_data: app, ...(override !== undefined && { override_callback_uri: override }) }],
  });
}

function subscribe(account: Account, call: GraphCall): GraphReply {
  const body = call.body(missingInManagement);
  const uri = body.get('override_callback_uri').optionalString();
  if (uri !== undefined) {
    body.get('verify_token').string();
    if (!URL.canParse(uri)) throw body.get('override_callback_uri').invalid('must be a URL.');
  }
  account.isSubscribed = true;
  account.callbackOverride = uri;
  return SUCCESS;
}

function configure(number: PhoneNumber, call: GraphCall): GraphReply {
  const configuration = call.body(missingInManagement).get('webhook_configuration').object();
  const uri = configuration.get('override_callback_uri');
  if (uri.required().value === '') {
    number.callbackOverride = undefined;
    return SUCCESS;
  }
  configuration.get('verify_token').string();
  if (!URL.canParse(uri.string())) throw uri.invalid('must be a URL.');
  number.callbackOverride = uri.string();
  return SUCCESS;
}

const ATTEMPTS = 10;

const ATTEMPTS_WINDOW_MS = 72 * 3_600_000;

/** Registers a number for Cloud API. See Meta's page "Registration". */
function register(number: PhoneNumber, call: GraphCall): GraphReply {
  const body = call.body(missingInManagement);
  body.get('messaging_product').oneOf(['whatsapp']);
  const pin = body.get('pin');
  if (!/^\d{6}$/.test(pin.string())) throw pin.invalid('must be 6 digits long.');
  countAttempt(number, call);
  if (number.pin !== undefined && number.pin !== pin.string()) {
    throw new GraphError(133005, { details: 'The two-step verification PIN does not match.' });
  }
  number.pin = pin.string();
  number.status = 'CONNECTED';
  return SUCCESS;
}

/** Takes a number off Cloud API. */
function deregister(number: PhoneNumber, call: GraphCall): GraphReply {
  countAttempt(number, call);
  number.status = 'DISCONNECTED';
  return SUCCESS;
}

function countAttempt(number: PhoneNumber, call: GraphCall): void {
  const now = call.graph.now();
  const recent = number.registrations.filter((time) => time > now - ATTEMPTS_WINDOW_MS);
  if (recent.length >= ATTEMPTS) {
    throw new GraphError(133016, { details: `More than ${ATTEMPTS} registrations or deregistrations in 72 hours.` });
  }
  number.registrations.push(now);
}
