import { ok, SUCCESS, type GraphCall, type GraphReply, on } from '../server/graph-call.js';
import { paginate } from '../server/paging.js';
import { readFields } from '../server/node-fields.js';
import { Account } from './account.js';
import { PhoneNumber } from './phone-number.js';
import { GraphError, missingInManagement, invalidParam } from '../errors/graph-error.js';
import { readUser } from '../messages/recipient.js';
import { recipientKey } from '../records/records.js';

/** Endpoints of business accounts and phone numbers, but for templates, media and messages. */
export const accountRoutes = [
  on(Account, 'GET', undefined, (account, call) =>
    ok(readFields(account.fields(call.version), call.query.get('fields'))),
  ),
  on(Account, 'POST', undefined, switchMarketing),
  on(Account, 'GET', 'pricing_analytics', (account, call) => ok(account.pricingAnalytics(new Map(call.query)))),
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

function switchMarketing(account: Account, call: GraphCall): GraphReply {
  const isDisabled = call.body(missingInManagement).get('disable_marketing_messages_on_cloud_api').required();
  if (typeof isDisabled.value !== 'boolean') throw isDisabled.invalid('must be a boolean.');
  account.isMarketingOnCloudApiDisabled = isDisabled.value;
  return ok({ id: account.id });
}

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

function listSubscribedApps(account: Account, { graph }: GraphCall): GraphReply {
  if (!account.isSubscribed) return ok({ data: [] });
  const { id, name } = graph.app;
  const app = { id, name, link: `https://www.facebook.com/games/?app_id=${id}` };
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

/** Users of one request. See Meta's page "Block users". */
const MOST_USERS = 1_000;

/** Users that a phone number hears nothing of any more. */
export const blockUsersRoutes = [
  on(PhoneNumber, 'GET', 'block_users', list),
  on(PhoneNumber, 'POST', 'block_users', (number, call) =>
    change(number, call, 'added_users', (waId) => {
      if (!number.isWindowOpen(recipientKey(waId), call.graph.now())) {
        throw new GraphError(131047, { details: 'The user has not sent a message in the last 24 hours.' });
      }
      number.blockedUsers.add(waId);
    }),
  ),
  on(PhoneNumber, 'DELETE', 'block_users', (number, call) =>
    change(number, call, 'removed_users', (waId) => number.blockedUsers.delete(waId)),
  ),
];

/** That of a parent business is not taken. */
const isOwnUserId = (input: string): boolean => /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/.test(input);

function list(number: PhoneNumber, call: GraphCall): GraphReply {
  const users = number.blockedUsers.waIds.map((id) => ({ id }));
  const { items, paging } = paginate(users, () => true, call);
  const data = items.map(({ id }) => ({ messaging_product: 'whatsapp', wa_id: id }));
  return ok({ data, ...(paging && { paging }) });
}

/** Does it for each user by itself: some may fail where others do not, and then the whole answer is a 400. */
function change(number: PhoneNumber, call: GraphCall, done: string, apply: (waId: string) => void): GraphReply {
  const body = call.body(missingInManagement);
  body.get('messaging_product').oneOf(['whatsapp']);
  const users = body.get('block_users').items();
  if (users.length === 0 || users.length > MOST_USERS) {
    throw invalidParam('block_users', `must have between 1 and ${MOST_USERS} users.`);
  }
  const changed: object[] = [];
  const failed: object[] = [];
  for (const user of users) {
    const userId = user.get('user_id');
    const input = userId.given ? userId.string() : user.get('user').string();
    try {
      if (userId.given && !isOwnUserId(input))
        throw invalidParam('user_id', 'must be a business-scoped user id, and not a parent one.');
      const { waId } = readUser(input, number, call);
      apply(waId);
      changed.push(userId.given ? { input, user_id: waId } : { input, wa_id: waId });
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      const { message, code, error_data } = error.body().error;
      failed.push({ input, errors: [{ message, code, error_data }] });
    }
  }
  const answer = { messaging_product: 'whatsapp', block_users: { [done]: changed, failed_users: failed } };
  if (failed.length === 0) return ok({ ...answer, block_users: { [done]: changed } });
  const details = 'Failed to block some users, see the block_users response list for details';
  return { status: 400, body: { ...answer, ...new GraphError(139100, { details }).body() } };
}
