import type { MetaErrorRange, MetaErrorTable } from '../meta-error-body.js';

const AD_SYNC = 'The Marketing Messages API is still taking the template over, which lasts up to ten minutes.';

const GROUPS = 'Meta refused a request about a group; this module does not write to groups.';

/** Errors of sending messages, and of the webhooks that report their statuses. */
export const sendingErrors: MetaErrorTable = {
  130403: { reaction: 'FAIL_RCPT', scope: 'recipient', meaning: 'Your business has blocked this user.' },
  130429: {
    reaction: 'PHONE_SLOW',
    scope: 'number',
    meaning: 'The phone number sent more messages a second than Meta allows it.',
  },
  130472: {
    reaction: 'DEFER_24H',
    scope: 'recipient',
    retryAfter: 86_400,
    meaning: 'Meta held this marketing message back because the user takes part in an experiment; it is not charged.',
  },
  130497: {
    reaction: 'FAIL_RCPT',
    scope: 'recipient',
    meaning: "The business account may not message users in this recipient's country.",
  },
  130501: { reaction: 'FAIL_MSG', scope: 'message', meaning: 'Groups do not take messages of this type.' },
  131000: {
    reaction: 'RETRY',
    scope: 'message',
    retries: 3,
    meaning: 'Meta could not send the message and does not say why.',
  },
  131005: { reaction: 'AUTH', scope: 'token', meaning: 'The access token lacks a permission that sending needs.' },
  131008: { reaction: 'FAIL_MSG', scope: 'message', meaning: 'The message lacks a parameter that Meta requires.' },
  131009: {
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'A value in the message is not valid, such as the id of a message that Meta does not know.',
    cases: [
      {
        when: 'adSync',
        reaction: 'DEFER_CAMPAIGN',
        scope: 'template',
        retryAfter: 600,
        meaning: AD_SYNC,
      },
      {
        when: 'recipientValue',
        reaction: 'FAIL_RCPT',
        scope: 'recipient',
        meaning: 'Meta does not take the recipient for a valid phone number.',
      },
    ],
  },
  131014: { reaction: 'FAIL_MSG', scope: 'message', meaning: 'Meta could not fetch the media from its link.' },
  131016: { reaction: 'RETRY', scope: 'app', meaning: 'A service of Meta is unavailable for the moment.' },
  131020: { reaction: 'FAIL_MSG', scope: 'message', meaning: GROUPS },
  131021: { reaction: 'FAIL_RCPT', scope: 'recipient', meaning: 'Sender and recipient are the same phone number.' },
  131026: {
    reaction: 'FAIL_RCPT',
    scope: 'recipient',
    meaning:
      'The message cannot be delivered: the number may not be on WhatsApp, run an old app, or not have accepted its terms.',
  },
  131030: {
    reaction: 'FAIL_RCPT',
    scope: 'recipient',
    meaning: 'A test number can write to its own list of recipients only; add this one to the list at Meta.',
  },
  131031: {
    reaction: 'PAUSE_WABA',
    scope: 'account',
    meaning: 'Meta has locked or restricted the business account, or the two-step PIN did not match.',
  },
  131036: {
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'The message expired before it could be decrypted; the number keeps no messages at Meta.',
  },
  131037: {
    reaction: 'PAUSE_PHONE',
    scope: 'number',
    meaning: 'The display name of this 555 number is not approved yet.',
  },
  131041: { reaction: 'FAIL_MSG', scope: 'message', meaning: GROUPS },
  131042: {
    reaction: 'PAUSE_WABA',
    scope: 'account',
    meaning: 'Meta cannot charge the business account: see its payment method, credit line, currency and time zone.',
  },
  131044: { reaction: 'PAUSE_WABA', scope: 'account', meaning: 'Meta cannot charge the business account for calls.' },
  131045: {
    reaction: 'PAUSE_PHONE',
    scope: 'number',
    meaning: 'The phone number is not registered properly at Meta, so it cannot send.',
  },
  131047: {
    reaction: 'NEED_TEMPLATE',
    scope: 'message',
    meaning: 'More than 24 hours have passed since the user last wrote; only a template can be sent now.',
  },
  131048: {
    reaction: 'PAUSE_PHONE',
    scope: 'number',
    meaning: 'Meta limits how many messages this number may send: too many were blocked or reported as spam.',
    cases: [
      {
        when: 'limitUsedUp',
        reaction: 'WAIT_TIER',
        scope: 'account',
        meaning: 'The messaging limit of the last 24 hours is used up.',
      },
    ],
  },
  131049: {
    reaction: 'DEFER_24H',
    scope: 'recipient',
    retryAfter: 86_400,
    meaning: 'Meta kept this marketing message from the user, who has had enough of them for now.',
    cases: [
      {
        when: 'unitedStatesRecipient',
        reaction: 'FAIL_RCPT_MKT',
        meaning: 'Meta delivers no marketing messages to numbers of the United States at present.',
      },
    ],
  },
  131050: {
    reaction: 'FAIL_RCPT_MKT',
    scope: 'recipient',
    meaning: 'The user has stopped marketing messages from your business.',
  },
  131051: { reaction: 'FAIL_MSG', scope: 'message', meaning: 'Meta does not support this type of message.' },
  131052: { reaction: 'INFO', scope: 'message', meaning: "The user's media could not be fetched, or is over 100 MB." },
  131053: {
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'Meta could not take the media of the message in; see its type and size, and upload it again.',
    cases: [
      { when: 'repeated', reaction: 'PAUSE_CAMPAIGN', scope: 'template' },
      {
        when: 'linkedMedia',
        reaction: 'RETRY',
        retries: 2,
        meaning: 'Meta could not fetch the media from their link, or could not take them in; see their type and size.',
      },
    ],
  },
  131055: {
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'Meta does not allow this kind of request for the phone number, such as for one that makes calls by SIP.',
    cases: [
      {
        when: 'marketingMessages',
        reaction: 'PAUSE_CAMPAIGN',
        scope: 'template',
        transient: false,
        reroute: { to: 'messages' },
        meaning: 'The Marketing Messages API sends marketing templates only, which this one is not.',
      },
    ],
  },
  131056: {
    reaction: 'PAIR',
    scope: 'recipient',
    meaning: 'This number has sent this recipient too many messages in a short time.',
  },
  131057: {
    reaction: 'PHONE_SLOW',
    scope: 'number',
    retryAfter: 60,
    meaning: 'The phone number is in maintenance, often because its throughput is being raised.',
  },
  131059: {
    reaction: 'INFO',
    scope: 'app',
    transient: true,
    meaning: 'The paging cursor is no longer valid; the list has to be read from its start.',
  },
  131060: { reaction: 'INFO', scope: 'message', meaning: "The user's message is not available to the API." },
  131061: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    transient: false,
    reroute: { to: 'marketing_messages' },
    meaning: 'The template has a maximum price, which only the Marketing Messages API knows.',
  },
  131062: {
    reaction: 'FAIL_RCPT',
    scope: 'recipient',
    meaning: 'This message cannot go to a business-scoped user id; it needs a phone number.',
  },
  131063: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'account',
    reroute: { to: 'marketing_messages' },
    meaning: 'Marketing through the Cloud API is switched off for this business account.',
    cases: [
      {
        when: 'marketingMessages',
        reaction: 'PAUSE_CAMPAIGN',
        meaning:
          'Marketing through the Cloud API is switched off for this business account, and it has not joined the Marketing Messages API: its terms have to be signed.',
      },
    ],
  },
  131064: {
    reaction: 'PAUSE_WABA',
    scope: 'account',
    meaning: 'Meta limits the account for a while because templates were filed under the wrong category.',
  },
  131065: {
    reaction: 'FAIL_RCPT',
    scope: 'recipient',
    meaning: "A template with a maximum price is not sent to the recipient's country: send another one there.",
  },
  135000: {
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'Meta did not take the parameters of the message and does not say which one is wrong.',
    cases: [
      {
        when: 'asynchronous',
        reaction: 'PAUSE_WABA',
        scope: 'account',
        transient: true,
        meaning: 'Meta dropped the message and is reviewing the whole business portfolio.',
      },
    ],
  },
  137000: {
    reaction: 'FAIL_MSG',
    scope: 'recipient',
    meaning: "The recipient's identity has changed since the hash that was sent along.",
  },
};

export const sendingErrorRanges: readonly MetaErrorRange[] = [
  { codes: [131_200, 131_299], reaction: 'FAIL_MSG', scope: 'message', meaning: GROUPS },
  {
    codes: [138_000, 138_999],
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'Meta refused a request about calling, which this module does not do.',
  },
];
