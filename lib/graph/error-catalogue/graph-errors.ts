import type { MetaErrorRange, MetaErrorTable } from '../meta-error-body.js';

/** Errors of the Graph API itself: credentials, permissions, limits on calls. */
export const graphErrors: MetaErrorTable = {
  0: {
    reaction: 'AUTH',
    scope: 'token',
    meaning: 'Meta could not authenticate the app user: the access token has expired or was invalidated.',
  },
  1: {
    reaction: 'RETRY',
    scope: 'message',
    retries: 2,
    meaning: 'Meta met an error it does not name: a fault of its own, or a request it could not make sense of.',
  },
  2: { reaction: 'RETRY', scope: 'app', meaning: 'Meta is down or overloaded for the moment.' },
  3: { reaction: 'AUTH', scope: 'token', meaning: 'The app lacks a capability or permission that this call needs.' },
  4: { reaction: 'API_SLOW', scope: 'app', meaning: 'The app has used up the calls that Meta allows it.' },
  10: {
    reaction: 'AUTH',
    scope: 'token',
    meaning: 'A permission is missing or was taken away, or the account is not eligible for this call.',
  },
  17: { reaction: 'API_SLOW', scope: 'app', meaning: 'The user of the access token has made too many calls.' },
  32: { reaction: 'API_SLOW', scope: 'app', meaning: 'Too many calls were made for this page.' },
  33: {
    reaction: 'PAUSE_PHONE',
    scope: 'number',
    meaning: 'The phone number the request names was deleted at Meta, or this token cannot see it.',
  },
  100: {
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'The request has a parameter that Meta does not know, or a value that is too long or not supported.',
    cases: [{ when: 'repeated', reaction: 'PAUSE_CAMPAIGN', scope: 'template', transient: false }],
  },
  102: { reaction: 'AUTH', scope: 'token', meaning: 'The session of the access token is invalid or has ended.' },
  104: { reaction: 'AUTH', scope: 'token', meaning: 'The request carried no valid access token, or no valid proof.' },
  190: { reaction: 'AUTH', scope: 'token', meaning: 'The access token is invalid, has expired or was revoked.' },
  200: {
    reaction: 'AUTH',
    scope: 'token',
    meaning: 'The call was made without an access token, or without a permission it needs.',
  },
  368: {
    reaction: 'PAUSE_WABA',
    scope: 'account',
    meaning: 'Meta has restricted or disabled the business account for breaking its policies.',
  },
  613: { reaction: 'API_SLOW', scope: 'app', meaning: 'The limit on calls to this endpoint is used up.' },
  80007: {
    reaction: 'API_SLOW',
    scope: 'account',
    meaning: 'The business account has used up the calls that Meta allows it.',
  },
  80008: {
    reaction: 'API_SLOW',
    scope: 'account',
    meaning: 'Too many management calls, such as template listings, were made for this business account.',
  },
};

export const graphErrorRanges: readonly MetaErrorRange[] = [
  {
    codes: [200, 299],
    reaction: 'AUTH',
    scope: 'token',
    meaning: 'A permission that this call needs was not granted, or was taken away.',
  },
];
