import type { MetaErrorRange, MetaErrorTable } from '../meta-error-body.js';

/** Errors of registering phone numbers and of managing an account, and the codes found in a `health_status`. */
export const managementErrors: MetaErrorTable = {
  133000: {
    reaction: 'PAUSE_PHONE',
    scope: 'number',
    meaning: 'An earlier deregistration of the phone number failed; deregister it again.',
  },
  133004: { reaction: 'RETRY', scope: 'number', meaning: "Meta's registration server is unavailable for the moment." },
  133005: { reaction: 'OPERATOR', scope: 'number', meaning: 'The two-step PIN of the phone number is wrong.' },
  133006: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The phone number has to be verified before it can be registered.',
  },
  133008: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The two-step PIN was guessed wrong too often; wait before trying again.',
  },
  133009: { reaction: 'OPERATOR', scope: 'number', meaning: 'The two-step PIN was tried too soon after the last try.' },
  133010: {
    reaction: 'PAUSE_PHONE',
    scope: 'number',
    meaning: 'The phone number is not registered for the Cloud API.',
  },
  133015: {
    reaction: 'RETRY',
    scope: 'number',
    retryAfter: 300,
    meaning: 'The phone number was deleted a moment ago and can be registered again after five minutes.',
  },
  133016: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The phone number was registered and deregistered too often: ten times in 72 hours is the limit.',
  },
  136024: { reaction: 'INFO', scope: 'number', meaning: 'The phone number is verified already.' },
  141002: { reaction: 'OPERATOR', scope: 'template', meaning: 'The template is not approved, so it cannot be sent.' },
  141006: {
    reaction: 'OPERATOR',
    scope: 'account',
    meaning: 'The payment method of the business account has a problem, so it cannot start conversations.',
  },
  141010: { reaction: 'OPERATOR', scope: 'account', meaning: 'The business has not been verified by Meta.' },
  1752041: {
    reaction: 'INFO',
    scope: 'account',
    meaning: 'The account has joined the Marketing Messages API already, or asked to.',
  },
  147001: { reaction: 'OPERATOR', scope: 'number', meaning: 'The username is taken already.' },
  147002: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The messaging limit of the business is too low for a username.',
  },
  147003: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The username belongs to a Facebook page: link that to the business first.',
  },
  147004: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The username belongs to an Instagram account: link that to the business first.',
  },
  147005: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'Another phone number of the business has this username.',
  },
  200005: {
    reaction: 'OPERATOR',
    scope: 'account',
    meaning: 'Template insights are not available for this account yet.',
  },
  200006: { reaction: 'OPERATOR', scope: 'account', meaning: 'Template insights cannot be switched off again.' },
  200007: {
    reaction: 'OPERATOR',
    scope: 'account',
    meaning: 'Template insights are not switched on for this account: confirm them first.',
  },
  2388012: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The phone number exists already in the business account.',
  },
  2388091: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'No verification code can be asked for: the phone number is not being migrated.',
  },
  2388093: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'No verification code can be checked: the phone number is not being migrated.',
  },
  2388103: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The phone number cannot be added to, or migrated to, this business account.',
  },
  2494100: {
    reaction: 'PHONE_SLOW',
    scope: 'number',
    retryAfter: 60,
    meaning: 'The phone number is in maintenance at Meta for the moment.',
  },
  2593107: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The contacts or history of the WhatsApp Business app were synchronised too often.',
  },
  2593108: {
    reaction: 'OPERATOR',
    scope: 'number',
    meaning: 'The contacts or history of the WhatsApp Business app cannot be synchronised any more.',
  },
};

const ACCOUNT_SETUP = 'Meta refused a change to the account or phone number, or a request about it; see its own text.';

export const managementErrorRanges: readonly MetaErrorRange[] = [
  { codes: [2_494_164, 2_494_168], reaction: 'OPERATOR', scope: 'account', meaning: ACCOUNT_SETUP },
  { codes: [2_494_176, 2_494_177], reaction: 'OPERATOR', scope: 'account', meaning: ACCOUNT_SETUP },
  { codes: [2_494_179, 2_494_179], reaction: 'OPERATOR', scope: 'account', meaning: ACCOUNT_SETUP },
  { codes: [139_000, 139_004], reaction: 'OPERATOR', scope: 'account', meaning: 'Meta refused a change to a Flow.' },
  {
    codes: [139_100, 139_109],
    reaction: 'OPERATOR',
    scope: 'recipient',
    meaning: 'Meta could not block or unblock a user.',
  },
];
