import type { MetaErrorTable } from '../meta-error-body.js';

/** Errors of sending templates, of Flows, and of the Marketing Messages API. */
export const templateErrors: MetaErrorTable = {
  132000: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    transient: false,
    meaning: 'The number of variables sent is not the number that the template has.',
  },
  132001: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    meaning: 'The template does not exist in this language, or is not approved.',
  },
  132005: {
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'With its variables filled in, the text of the template is too long.',
  },
  132007: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    transient: false,
    meaning: 'The content of the template breaks a policy of WhatsApp.',
  },
  132008: { reaction: 'FAIL_MSG', scope: 'message', meaning: 'The value of a template variable is not valid.' },
  132012: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    transient: false,
    meaning: 'A variable was sent in another format than the template asks for.',
  },
  132015: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    meaning: 'Meta has paused the template because of its quality.',
  },
  132016: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    transient: false,
    meaning: 'Meta has disabled the template for good, because it was paused too often for its quality.',
  },
  132018: {
    reaction: 'FAIL_MSG',
    scope: 'message',
    meaning: 'Meta does not take the variables of the template as they were sent.',
    cases: [{ when: 'repeated', reaction: 'PAUSE_CAMPAIGN', scope: 'template', transient: false }],
  },
  132068: { reaction: 'PAUSE_CAMPAIGN', scope: 'template', meaning: 'The Flow of the template is blocked.' },
  132069: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    retryAfter: 3_600,
    meaning: 'The Flow of the template is throttled: its ten messages of this hour are used.',
  },
  134011: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'account',
    meaning: 'The terms of service of payments on WhatsApp have not been accepted.',
  },
  134100: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    transient: false,
    reroute: { to: 'messages' },
    meaning: 'The Marketing Messages API sends marketing templates only.',
  },
  134101: {
    reaction: 'DEFER_CAMPAIGN',
    scope: 'template',
    retryAfter: 600,
    meaning: 'The Marketing Messages API is still taking the template over, which lasts up to ten minutes.',
  },
  134102: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    reroute: { to: 'messages', unlessStrict: true },
    meaning: 'The template cannot be used with the Marketing Messages API, or the account has not joined it.',
  },
  134103: {
    reaction: 'PAUSE_CAMPAIGN',
    scope: 'template',
    meaning: 'The Marketing Messages API does not send the template; Meta has not published why it says so.',
  },
};

/** Errors of creating and editing templates: Meta answers with code 100 and one of these subcodes. */
export const templateSubcodes: MetaErrorTable = {
  2388019: {
    reaction: 'OPERATOR',
    scope: 'account',
    meaning: 'The business account has as many templates as Meta allows it.',
  },
  2388024: {
    reaction: 'OPERATOR',
    scope: 'template',
    meaning: 'A template of this name and language exists already.',
  },
  2388039: { reaction: 'OPERATOR', scope: 'template', meaning: 'The template cannot be edited in its present state.' },
  2388040: { reaction: 'OPERATOR', scope: 'template', meaning: 'A field of the template is too long.' },
  2388047: {
    reaction: 'OPERATOR',
    scope: 'template',
    meaning: 'The header of the template is not formatted properly.',
  },
  2388072: { reaction: 'OPERATOR', scope: 'template', meaning: 'The body of the template is not formatted properly.' },
  2388073: {
    reaction: 'OPERATOR',
    scope: 'template',
    meaning: 'The footer of the template is not formatted properly.',
  },
  2388293: { reaction: 'OPERATOR', scope: 'template', meaning: 'The template has too many variables for its length.' },
  2388299: { reaction: 'OPERATOR', scope: 'template', meaning: 'The template begins or ends with a variable.' },
};
