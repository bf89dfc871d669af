import type { MetaErrorRange, MetaErrorTable } from '../meta-error.types.js';

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
  2494100: { reaction: 'OPERATOR', scope: 'number', meaning: 'The phone number is in maintenance at Meta.' },
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

export const managementErrorRanges: readonly MetaErrorRange[] = [
  { codes: [139_000, 139_004], reaction: 'OPERATOR', scope: 'account', meaning: 'Meta refused a change to a Flow.' },
  {
    codes: [139_100, 139_109],
    reaction: 'OPERATOR',
    scope: 'recipient',
    meaning: 'Meta could not block or unblock a user.',
  },
];
