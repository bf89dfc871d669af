import { describe, expect, it } from 'vitest';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { readMetaError } from '../../lib/graph/meta-error-body.js';

describe('reading an error of Meta', () => {
  it('reads every field of the error of an answer', () => {
    const error = {
      message: '(#130429) Rate limit hit',
      type: 'OAuthException',
      code: 130429,
      error_data: { messaging_product: 'whatsapp', details: 'Cloud API message throughput has been reached.' },
      error_subcode: 2494055,
      fbtrace_id: 'Az8or2yhqkZfEZ',
      is_transient: true,
      error_user_title: 'Too fast',
      error_user_msg: 'Send more slowly.',
    };
    expect(readMetaError(error)).toEqual({
      code: 130429,
      subcode: 2494055,
      message: '(#130429) Rate limit hit',
      details: 'Cloud API message throughput has been reached.',
      type: 'OAuthException',
      fbtraceId: 'Az8or2yhqkZfEZ',
      isTransient: true,
      userTitle: 'Too fast',
      userMessage: 'Send more slowly.',
    });
  });

  it('reads the error of a webhook, which has a title', () => {
    const error = { code: 131049, title: 'Not delivered', error_data: { details: 'Healthy ecosystem.' } };
    expect(readMetaError(error)).toMatchObject({
      code: 131049,
      message: 'Not delivered',
      details: 'Healthy ecosystem.',
    });
  });

  it.each([
    ['a code in a string', { code: '132015' }, { code: 132015 }],
    ['error_data in a string', { code: 100, error_data: 'No such field' }, { details: 'No such field' }],
    ['error_data as JSON in a string', { code: 100, error_data: '{"details":"Wrong"}' }, { details: 'Wrong' }],
    ['error_data that is null', { code: 100, error_data: null }, { details: undefined }],
    ['a message that is no text', { code: 100, message: { a: 1 } }, { message: 'Meta gave no text.' }],
    ['a subcode in a string', { code: 100, error_subcode: '33' }, { subcode: 33 }],
  ])('tolerates %s', (_, error, expected) => {
    expect(readMetaError(error)).toMatchObject(expected);
  });

  it.each([
    undefined,
    null,
    'Unauthorized',
    [],
    {},
    { message: 'no code' },
    { code: 'abc' },
    { code: 1.5 },
    { code: -1 },
    { code: '' },
    { code: null },
  ])('does not take %j for one', (error) => {
    expect(readMetaError(error)).toBeUndefined();
  });
});

const usage = (minutes: number) => ({
  businessUseCases: [{ businessAccountId: '1', regainAccessIn: minutes * 60 }],
});

const refusal = (code: number) => ({ code, message: 'Refused', isTransient: false });

describe('a refusal of Meta', () => {
  it('carries what the catalogue says', () => {
    expect(new MetaApiError(refusal(131057), { httpStatus: 500 })).toMatchObject({
      name: 'MetaApiError',
      code: 'META_ERROR',
      metaCode: 131057,
      httpStatus: 500,
      reaction: 'PHONE_SLOW',
      scope: 'number',
      isTransient: true,
      retryAfter: 60,
    });
  });

  it('is transient when Meta says so, also for an unknown code', () => {
    const error = new MetaApiError({ ...refusal(424242), isTransient: true }, { httpStatus: 500 });
    expect(error).toMatchObject({ isTransient: true, reaction: 'RETRY' });
  });

  it.each([
    ['the time to regain access, on a limit on calls', 80007, { usage: usage(5), retryAfter: 9 }, 300],
    ['Retry-After, when nothing is said of regaining access', 80007, { usage: usage(0), retryAfter: 9 }, 9],
    ['the catalogue, on another error', 131057, { usage: usage(5), retryAfter: 9 }, 60],
    ['nothing, when nothing is known', 131000, { usage: usage(5) }, undefined],
  ])('waits by %s', (_, code, answer, expected) => {
    expect(new MetaApiError(refusal(code), { httpStatus: 400, ...answer }).retryAfter).toBe(expected);
  });

  it('says code, message and details', () => {
    const error = new MetaApiError({ ...refusal(100), details: 'No such field' }, { httpStatus: 400 });
    expect(error.message).toBe('Meta refused the request with code 100: Refused (No such field)');
  });
});
