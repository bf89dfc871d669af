import { missingInManagement } from '../errors/refusals.js';
import { ok, SUCCESS, type GraphCall, type GraphReply } from '../server/graph-call.js';
import { paginate } from '../server/paging.js';
import { readFields } from '../server/node-fields.js';
import { on } from '../server/route.js';
import { Account } from './account.js';
import { PhoneNumber } from './phone-number.js';
import { deregister, register } from './registration.js';

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
