import { describe, expect, it } from 'vitest';
import { errorCatalogue, errorCatalogueRanges, isKnownErrorCode, reactionTo } from '../../lib/graph/error-catalogue.js';
import type { MetaReaction } from '../../lib/graph/meta-error-body.js';

const codesOf: Record<MetaReaction, readonly number[]> = {
  RETRY: [1, 2, 131000, 131016, 133004, 133015],
  PAIR: [131056],
  PHONE_SLOW: [130429, 131057, 2494100],
  API_SLOW: [4, 17, 32, 613, 80007, 80008],
  PAUSE_PHONE: [33, 131037, 131045, 131048, 133000, 133010],
  PAUSE_WABA: [368, 131031, 131042, 131044, 131064],
  WAIT_TIER: [],
  FAIL_RCPT: [130403, 130497, 131021, 131026, 131030, 131062, 131065],
  FAIL_RCPT_MKT: [131050],
  DEFER_24H: [130472, 131049],
  NEED_TEMPLATE: [131047],
  DEFER_CAMPAIGN: [134101],
  PAUSE_CAMPAIGN: [
    131061, 131063, 132000, 132001, 132007, 132012, 132015, 132016, 132068, 132069, 134011, 134100, 134102, 134103,
  ],
  FAIL_MSG: [
    100, 130501, 131008, 131009, 131014, 131020, 131036, 131041, 131051, 131053, 131055, 131200, 131250, 131299, 132005,
    132008, 132018, 135000, 137000, 138000, 138021, 138999,
  ],
  AUTH: [0, 3, 10, 102, 104, 190, 200, 201, 250, 299, 131005],
  OPERATOR: [
    133005, 133006, 133008, 133009, 133016, 139000, 139001, 139002, 139003, 139004, 139100, 139109, 141002, 141006,
    141010, 2388019, 2388024, 2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299, 2593107, 2593108, 147001,
    147002, 147003, 147004, 147005, 200005, 200006, 200007, 2388012, 2388091, 2388093, 2388103, 2494164, 2494165,
    2494166, 2494167, 2494168, 2494176, 2494177, 2494179,
  ],
  INFO: [131052, 131059, 131060, 136024, 1752041],
};

const listed = Object.entries(codesOf).flatMap(([reaction, codes]) => codes.map((code) => ({ code, reaction })));

describe('the error catalogue', () => {
  it.each(listed)('answers $code with $reaction', ({ code, reaction }) => {
    expect(isKnownErrorCode(code)).toBe(true);
    expect(reactionTo(code).reaction).toBe(reaction);
  });

  it('has no code that Meta does not list', () => {
    const codes = new Set(listed.map(({ code }) => code));
    expect(Object.keys(errorCatalogue).filter((code) => !codes.has(Number(code)))).toEqual([]);
  });

  it('has a sentence for people for every code', () => {
    for (const { meaning } of [...Object.values(errorCatalogue), ...errorCatalogueRanges]) {
      expect(meaning).toMatch(/^[A-Z].{20,}\.$/);
    }
  });

  it.each([300, 131199, 131300, 139005, 139110, 999999, -1, Number.NaN])(
    'fails the message of the unknown code %s and does not try it again',
    (code) => {
      expect(isKnownErrorCode(code)).toBe(false);
      expect(reactionTo(code)).toMatchObject({ reaction: 'FAIL_MSG', scope: 'message', transient: false });
    },
  );

  it.each([
    ['Meta calls it transient', { isTransient: true }],
    ['it is a fault of Meta’s own', { httpStatus: 500 }],
  ])('tries an unknown code again where %s', (_, circumstances) => {
    expect(reactionTo(999_999, circumstances)).toMatchObject({ reaction: 'RETRY', transient: true });
  });

  it('tries media again that Meta has to fetch, and no others', () => {
    expect(reactionTo(131053, { linkedMedia: true })).toMatchObject({ reaction: 'RETRY', transient: true });
    expect(reactionTo(131053, { linkedMedia: false })).toMatchObject({ reaction: 'FAIL_MSG', transient: false });
  });

  it('knows a refusal by its subcode, whatever the code', () => {
    expect(reactionTo(100, { subcode: 2_388_091 }).meaning).toBe(reactionTo(2_388_091).meaning);
    expect(reactionTo(999_999, { subcode: 2_494_100 })).toMatchObject({ reaction: 'PHONE_SLOW', retryAfter: 60 });
  });

  it.each([
    [131057, 60],
    [134101, 600],
    [132069, 3600],
    [133015, 300],
    [131049, 86400],
  ])('knows how long %s lasts: %s seconds', (code, seconds) => {
    expect(reactionTo(code).retryAfter).toBe(seconds);
  });

  it.each([
    [1, 2],
    [131000, 3],
    [2, undefined],
  ])('caps the retries of %s at %s', (code, retries) => {
    expect(reactionTo(code).retries).toBe(retries);
  });

  it.each([
    [4, 'app'],
    [80007, 'account'],
    [130429, 'number'],
    [131056, 'recipient'],
    [132015, 'template'],
    [190, 'token'],
    [131009, 'message'],
  ])('%s is about the %s', (code, scope) => {
    expect(reactionTo(code).scope).toBe(scope);
  });

  it.each([
    "Parameter 'to' is not valid",
    'Invalid parameter to',
    'to: invalid value',
    'Recipient phone number not valid',
  ])('takes 131009 for a bad recipient when the details say %j', (details) => {
    expect(reactionTo(131009, { details })).toMatchObject({ reaction: 'FAIL_RCPT', scope: 'recipient' });
  });

  it.each([undefined, 'Failed to parse the message id', 'Unable to find the message to react to, sorry'])(
    'takes 131009 for a bad message when the details say %j',
    (details) => {
      expect(reactionTo(131009, { details }).reaction).toBe('FAIL_MSG');
    },
  );

  it('pauses the account on 135000 only when a webhook reports it', () => {
    expect(reactionTo(135000, { asynchronous: true })).toMatchObject({ reaction: 'PAUSE_WABA', scope: 'account' });
    expect(reactionTo(135000, { asynchronous: false }).reaction).toBe('FAIL_MSG');
  });

  it.each([
    [131048, { limitUsedUp: true }, 'WAIT_TIER'],
    [131049, { unitedStatesRecipient: true }, 'FAIL_RCPT_MKT'],
    [100, { repeated: true }, 'PAUSE_CAMPAIGN'],
    [132018, { repeated: true }, 'PAUSE_CAMPAIGN'],
    [131053, { repeated: true }, 'PAUSE_CAMPAIGN'],
  ] as const)('reacts to %s in the case %j with %s', (code, circumstances, reaction) => {
    expect(reactionTo(code, circumstances).reaction).toBe(reaction);
  });

  it.each([
    ['messages', 131063, 'PAUSE_CAMPAIGN', { to: 'marketing_messages' }],
    ['marketing_messages', 131063, 'PAUSE_CAMPAIGN', undefined],
    ['messages', 131055, 'FAIL_MSG', undefined],
    ['marketing_messages', 131055, 'PAUSE_CAMPAIGN', { to: 'messages' }],
    ['marketing_messages', 134100, 'PAUSE_CAMPAIGN', { to: 'messages' }],
    ['marketing_messages', 134101, 'DEFER_CAMPAIGN', undefined],
    ['marketing_messages', 134102, 'PAUSE_CAMPAIGN', { to: 'messages', unlessStrict: true }],
    ['marketing_messages', 134103, 'PAUSE_CAMPAIGN', undefined],
    ['messages', 131061, 'PAUSE_CAMPAIGN', { to: 'marketing_messages' }],
    ['marketing_messages', 131062, 'FAIL_RCPT', undefined],
    ['marketing_messages', 131065, 'FAIL_RCPT', undefined],
    ['marketing_messages', 100, 'FAIL_MSG', undefined],
    ['messages', 100, 'FAIL_MSG', undefined],
  ] as const)(
    'answers on /%s the code %i with %s, and by the other endpoint: %j',
    (endpoint, code, reaction, reroute) => {
      const rule = reactionTo(code, { endpoint });
      expect([rule.reaction, rule.reroute]).toEqual([reaction, reroute]);
    },
  );

  it.each(['The ad sync of the template is incomplete', 'Template is syncing'])(
    'takes 131009 of the Marketing Messages API for a template that it has not taken over when the details say %j',
    (details) => {
      const rule = { reaction: 'DEFER_CAMPAIGN', scope: 'template', retryAfter: 600 };
      expect(reactionTo(131009, { details, endpoint: 'marketing_messages' })).toMatchObject(rule);
      expect(reactionTo(131009, { details, endpoint: 'messages' }).reaction).toBe('FAIL_MSG');
    },
  );

  it('does not put a United States recipient off for a day', () => {
    expect(reactionTo(131049, { unitedStatesRecipient: true })).not.toHaveProperty('retryAfter');
  });

  it('tells refusals of templates apart by their subcode', () => {
    expect(reactionTo(100, { subcode: 2388024 })).toEqual(reactionTo(2388024));
    expect(reactionTo(131009, { subcode: 2388024 })).toEqual(reactionTo(131009));
  });

  it('takes an answer without a code for a throttle', () => {
    expect(reactionTo(null)).toMatchObject({ reaction: 'API_SLOW', transient: true });
  });
});
