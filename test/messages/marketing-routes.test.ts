import { describe, expect, it } from 'vitest';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { OutcomeUnknownError } from '../../lib/graph/meta-outcome.errors.js';
import {
  checkMarketing,
  marketingKeysOf,
  type MarketingSettings,
  rerouteAfter,
  routeOf,
  routeProblems,
  settingsFrom,
} from '../../lib/messages/marketing-routes.js';
import type { TemplateComponent } from '../../lib/templates/template-component.js';

const BODY: TemplateComponent = { type: 'BODY', text: 'Hello' };
const gif: readonly TemplateComponent[] = [{ type: 'HEADER', format: 'GIF' }, BODY];
const joined = { marketingStatus: 'ONBOARDED' };
const outside = { marketingStatus: 'ELIGIBLE' };

const template = (category: string, components: readonly TemplateComponent[] = [BODY]) => ({ category, components });

const endpointOf = (category: string, account: { marketingStatus: string | null }, settings: MarketingSettings) =>
  routeOf(template(category), account, settings).endpoint;

describe('the endpoint of a template', () => {
  it.each(['UTILITY', 'AUTHENTICATION', 'UNKNOWN'])('is /messages for %s, whatever is set', (category) => {
    for (const settings of [{}, { marketing: 'marketing-messages' }, { productPolicy: 'STRICT' }] as const) {
      expect(endpointOf(category, joined, settings)).toBe('messages');
    }
  });

  it.each([
    [{}, 'marketing_messages', 'messages'],
    [{ marketing: 'auto' }, 'marketing_messages', 'messages'],
    [{ marketing: 'auto', productPolicy: 'CLOUD_API_FALLBACK' }, 'marketing_messages', 'messages'],
    [{ marketing: 'auto', productPolicy: 'STRICT' }, 'marketing_messages', 'marketing_messages'],
    [{ marketing: 'messages' }, 'messages', 'messages'],
    [{ marketing: 'marketing-messages' }, 'marketing_messages', 'marketing_messages'],
  ] as const)('of marketing is by %j for an account that joined /%s, for others /%s', (settings, inside, out) => {
    expect(endpointOf('MARKETING', joined, settings)).toBe(inside);
    for (const marketingStatus of ['ELIGIBLE', 'PENDING_INTERNAL_SETUP', 'onboarded', null]) {
      expect(endpointOf('MARKETING', { marketingStatus }, settings)).toBe(out);
    }
  });

  it('gets keys of its own on /marketing_messages alone', () => {
    const settings = { productPolicy: 'CLOUD_API_FALLBACK', messageActivitySharing: false } as const;
    expect(marketingKeysOf(routeOf(template('MARKETING'), joined, settings))).toEqual({
      product_policy: 'CLOUD_API_FALLBACK',
      message_activity_sharing: false,
    });
    expect(marketingKeysOf(routeOf(template('MARKETING'), joined, {}))).toEqual({});
    expect(marketingKeysOf(routeOf(template('MARKETING'), outside, settings))).toEqual({});
  });

  it('must be /marketing_messages for a GIF header, also on a card', () => {
    const carousel = [BODY, { type: 'CAROUSEL', cards: [{ components: gif }] }];
    for (const components of [gif, carousel]) {
      expect(routeProblems(routeOf(template('MARKETING', components), joined, {}))).toEqual([]);
      const problems = routeProblems(routeOf(template('MARKETING', components), outside, {}));
      expect(problems).toEqual([{ path: 'template', message: expect.stringMatching(/GIF header/) }]);
    }
  });
});

describe('settings', () => {
  it.each([
    [{}, {}, {}],
    [
      {},
      { marketing: 'messages', messageActivitySharing: true },
      { marketing: 'messages', messageActivitySharing: true },
    ],
    [{ marketing: 'auto' }, { marketing: 'messages' }, { marketing: 'auto' }],
    [{ marketing: 'messages' }, { productPolicy: 'STRICT' }, { marketing: 'messages' }],
    [{ productPolicy: 'STRICT' }, { marketing: 'messages' }, { productPolicy: 'STRICT' }],
    [{ messageActivitySharing: false }, { messageActivitySharing: true }, { messageActivitySharing: false }],
  ] as const)('of a send, %j, come before the module’s, %j: %j', (own, defaults, together) => {
    expect(settingsFrom(own, defaults)).toEqual(together);
  });

  it.each([
    [{ marketing: 'Auto' }, ['marketing']],
    [{ productPolicy: 'strict', messageActivitySharing: 'yes' }, ['productPolicy', 'messageActivitySharing']],
    [{ marketing: 'messages', productPolicy: 'STRICT' }, ['productPolicy']],
    [{ marketing: 'auto', productPolicy: 'STRICT', messageActivitySharing: false }, []],
    [{}, []],
  ])('that are wrong are all named: %j', (settings, paths) => {
    const given = { marketing: undefined, productPolicy: undefined, messageActivitySharing: undefined, ...settings };
    expect(checkMarketing(given).map(({ path }) => path)).toEqual(paths);
  });
});

const refused = (code: number, endpoint: 'messages' | 'marketing_messages') => {
  const body = { code, message: 'No.', isTransient: false };
  return { kind: 'refused', error: new MetaApiError(body, { httpStatus: 400 }, { endpoint }) } as const;
};

const after = (
  code: number,
  endpoint: 'messages' | 'marketing_messages',
  settings: MarketingSettings = {},
  of: readonly TemplateComponent[] = [BODY],
) => {
  const route = { ...routeOf(template('MARKETING', of), outside, settings), endpoint };
  return rerouteAfter(refused(code, endpoint), route)?.endpoint;
};

describe('a message that was refused', () => {
  it.each([
    [131063, 'messages', {}, 'marketing_messages'],
    [131063, 'messages', { marketing: 'messages' }, undefined],
    [131063, 'marketing_messages', {}, undefined],
    [131055, 'marketing_messages', {}, 'messages'],
    [131055, 'messages', {}, undefined],
    [134100, 'marketing_messages', { productPolicy: 'STRICT' }, 'messages'],
    [134100, 'messages', {}, undefined],
    [134101, 'marketing_messages', {}, undefined],
    [134102, 'marketing_messages', {}, 'messages'],
    [134102, 'marketing_messages', { marketing: 'marketing-messages' }, 'messages'],
    [134102, 'marketing_messages', { productPolicy: 'STRICT' }, undefined],
    [134103, 'marketing_messages', {}, undefined],
    [131061, 'messages', {}, 'marketing_messages'],
    [131061, 'messages', { marketing: 'messages' }, undefined],
    [100, 'marketing_messages', {}, undefined],
    [130429, 'marketing_messages', {}, undefined],
  ] as const)('with %i on /%s, by %j, goes once more by: %s', (code, endpoint, settings, other) => {
    expect(after(code, endpoint, settings)).toBe(other);
  });

  it('never goes to /messages with a GIF header', () => {
    expect(after(134102, 'marketing_messages', {}, gif)).toBeUndefined();
  });

  it('never goes anywhere again when no one knows its outcome, or when it was taken', () => {
    const route = routeOf(template('MARKETING'), joined, {});
    const error = new OutcomeUnknownError({ reason: 'timeout' });
    expect(rerouteAfter({ kind: 'unknown', error }, route)).toBeUndefined();
    expect(rerouteAfter({ kind: 'notSent', error }, route)).toBeUndefined();
    expect(rerouteAfter({ kind: 'answered', answer: {} }, route)).toBeUndefined();
  });
});
