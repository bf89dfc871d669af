import { describe, expect, it } from 'vitest';
import { readUsage, regainAccessIn } from '../../lib/graph/graph-usage.js';

const BUSINESS_USAGE = JSON.stringify({
  '102290129340398': [
    {
      type: 'whatsapp_business_management',
      call_count: 100,
      total_cputime: 1,
      total_time: 2,
      estimated_time_to_regain_access: 3,
    },
    { type: 'whatsapp', call_count: '7', estimated_time_to_regain_access: 0 },
  ],
});

describe('the usage headers of an answer', () => {
  it('are read per business account and kind of call, in seconds', () => {
    expect(readUsage({ 'x-business-use-case-usage': BUSINESS_USAGE })).toEqual({
      app: undefined,
      businessUseCases: [
        {
          businessAccountId: '102290129340398',
          type: 'whatsapp_business_management',
          callCount: 100,
          totalCpuTime: 1,
          totalTime: 2,
          regainAccessIn: 180,
        },
        expect.objectContaining({ type: 'whatsapp', callCount: 7, regainAccessIn: 0 }),
      ],
    });
  });

  it('are read for the app', () => {
    const usage = readUsage({ 'x-app-usage': '{"call_count":28,"total_cputime":25,"total_time":0}' });
    expect(usage).toEqual({ app: { callCount: 28, totalCpuTime: 25, totalTime: 0 }, businessUseCases: [] });
  });

  it.each([{}, { 'x-app-usage': 'soon' }, { 'x-app-usage': '[]' }, { 'x-business-use-case-usage': 'null' }])(
    'are left alone when they cannot be read: %j',
    (headers) => {
      expect(readUsage(headers)).toBeUndefined();
    },
  );

  it('tell the longest wait of all', () => {
    expect(regainAccessIn(readUsage({ 'x-business-use-case-usage': BUSINESS_USAGE }))).toBe(180);
    expect(regainAccessIn(readUsage({ 'x-business-use-case-usage': '{"1":[{}, 5], "2": "x"}' }))).toBeUndefined();
    expect(regainAccessIn(undefined)).toBeUndefined();
  });
});
