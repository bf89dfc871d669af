import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../graph-client.js';
import { PricingScene, TEXT, UTILITY } from './pricing-scene.js';

const seconds = (time: string): number => Date.parse(time) / 1_000;

const START = seconds('2026-11-01T00:00:00Z');
const END = seconds('2026-12-31T00:00:00Z');

const RATES = [
  { market: 'AR', category: 'utility', tier: '0:2', price: '0.026' },
  { market: 'AR', category: 'utility', tier: '3:MAX', price: '0.02' },
  { market: 'PE', category: 'utility', price: '1.1' },
];

let scene: PricingScene;
beforeEach(async () => {
  // 23:50 in Los Angeles, where the account is.
  scene = await PricingScene.start('2026-11-17T07:50:00Z', { rateCard: { rates: RATES } });
  await scene.sendMany(2, UTILITY);
  await scene.send(TEXT);
  scene.clock.advance(15 * 60_000); // five past midnight
  await scene.send(UTILITY);
  await scene.send({ ...UTILITY, to: '+51987654321' });
});
afterEach(() => scene[Symbol.asyncDispose]());

type Parameters = Readonly<Record<string, string | number>>;

const asField = (parameters: Parameters): string => {
  const field = Object.entries(parameters).map(([name, value]) => `.${name}(${value})`);
  return `${scene.meta.account.id}?${String(new URLSearchParams({ fields: `name,pricing_analytics${field.join('')}` }))}`;
};

/** The answer to `GET /{WABA}?fields=pricing_analytics…`. */
async function points(parameters: Parameters): Promise<unknown> {
  const body = await scene.get(asField({ start: START, end: END, granularity: 'MONTHLY', ...parameters }));
  const { name, id, pricing_analytics: analytics } = body;
  expect({ name, id }).toEqual({ name: scene.meta.account.name, id: scene.meta.account.id });
  expect(analytics).toEqual({ data: [{ data_points: expect.any(Array) }] });
  return pointsOf(analytics);
}

const pointsOf = (analytics: unknown) => JSON.parse(JSON.stringify(analytics)).data[0].data_points;

/** Of amounts of few digits: in billionths, that it is exact. */
const sumOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + Math.round(number * 1e9), 0) / 1e9;

const NOVEMBER = { start: seconds('2026-11-01T07:00:00Z'), end: seconds('2026-12-01T08:00:00Z') };

describe('pricing_analytics', () => {
  it('sums up what was delivered', async () => {
    expect(await points({})).toEqual([{ ...NOVEMBER, volume: 5, cost: 1.172 }]);
  });

  it.each<[granularity: string, points: readonly (readonly [start: string, end: string, volume: number])[]]>([
    [
      'HALF_HOUR',
      [
        ['2026-11-17T07:30:00Z', '2026-11-17T08:00:00Z', 3],
        ['2026-11-17T08:00:00Z', '2026-11-17T08:30:00Z', 2],
      ],
    ],
    [
      'DAILY',
      [
        ['2026-11-16T08:00:00Z', '2026-11-17T08:00:00Z', 3],
        ['2026-11-17T08:00:00Z', '2026-11-18T08:00:00Z', 2],
      ],
    ],
    ['MONTHLY', [['2026-11-01T07:00:00Z', '2026-12-01T08:00:00Z', 5]]],
  ])('has a point for each %s', async (granularity, expected) => {
    expect(await points({ granularity, metric_types: 'VOLUME' })).toEqual(
      expected.map(([start, end, volume]) => ({ start: seconds(start), end: seconds(end), volume })),
    );
  });

  it('has a point for each value of the dimensions, as Meta writes them', async () => {
    const dimensions = 'COUNTRY,PHONE,PRICING_CATEGORY,PRICING_TYPE,TIER';
    const common = { ...NOVEMBER, phone_number: '5492236750780', pricing_category: 'UTILITY', pricing_type: 'REGULAR' };
    const free = { pricing_category: 'SERVICE', pricing_type: 'FREE_CUSTOMER_SERVICE' };
    const expected = [
      { ...common, country: 'AR', ...free, volume: 1, cost: 0 },
      { ...common, country: 'AR', tier: '0:2', volume: 2, cost: 0.052 },
      { ...common, country: 'AR', tier: '3:MAX', volume: 1, cost: 0.02 },
      { ...common, country: 'PE', tier: '0:MAX', volume: 1, cost: 1.1 },
    ];
    expect(await points({ dimensions })).toEqual(expected);
    expect(await points({ dimensions: JSON.stringify(dimensions.split(',')) })).toEqual(expected);
  });

  it.each<[Parameters, number]>([
    [{ country_codes: 'AR' }, 4],
    [{ country_codes: 'AR,PE' }, 5],
    [{ country_codes: '[]' }, 5],
    [{ phone_numbers: '+54 9 223 675-0780' }, 5],
    [{ phone_numbers: '["15550783881"]' }, 0],
    [{ pricing_types: 'FREE_CUSTOMER_SERVICE' }, 1],
    [{ pricing_categories: 'UTILITY' }, 4],
    [{ pricing_categories: 'UTILITY', pricing_types: '["FREE_ENTRY_POINT"]' }, 0],
    [{ start: seconds('2026-11-17T08:00:00Z') }, 2],
    [{ end: seconds('2026-11-17T08:00:00Z') }, 3],
  ])('is narrowed by %j', async (parameters, volume) => {
    const expected = volume === 0 ? [] : [{ ...NOVEMBER, volume }];
    expect(await points({ ...parameters, metric_types: '["VOLUME"]' })).toEqual(expected);
  });

  it('is an edge, too', async () => {
    const query = new URLSearchParams({ start: String(START), end: String(END), granularity: 'MONTHLY' });
    query.set('dimensions', '["PRICING_TYPE"]');
    expect(await scene.get(`${scene.meta.account.id}/pricing_analytics?${String(query)}`)).toEqual({
      data: [
        {
          data_points: [
            { ...NOVEMBER, pricing_type: 'FREE_CUSTOMER_SERVICE', volume: 1, cost: 0 },
            { ...NOVEMBER, pricing_type: 'REGULAR', volume: 4, cost: 1.172 },
          ],
        },
      ],
    });
  });

  it('has no cost where a partner pays, nor where there is no rate', async () => {
    await scene.send({ ...UTILITY, to: '+16315552222' });
    const [ar, us] = [
      { country: 'AR', volume: 4 },
      { country: 'US', volume: 1 },
    ];
    const dimensions = { dimensions: 'COUNTRY', country_codes: 'AR,US' };
    expect(await points(dimensions)).toEqual([
      { ...NOVEMBER, ...ar, cost: 0.072 },
      { ...NOVEMBER, ...us },
    ]);
    scene.meta.account.hasPartnerCreditLine = true;
    expect(await points(dimensions)).toEqual([
      { ...NOVEMBER, ...ar },
      { ...NOVEMBER, ...us },
    ]);
  });

  it('adds up to the invoices, however it is split', async () => {
    const DAY = 86_400_000;
    const messages = fc.record({
      wait: fc.integer({ min: 0, max: 12 * DAY }),
      to: fc.constantFrom('+5491112345678', '+51987654321'),
      content: fc.constantFrom(UTILITY, TEXT),
    });
    const split = fc.record({
      granularity: fc.constantFrom('HALF_HOUR', 'DAILY', 'MONTHLY'),
      dimensions: fc.subarray(['COUNTRY', 'PHONE', 'PRICING_CATEGORY', 'PRICING_TYPE', 'TIER']),
      at: fc.integer({ min: 0, max: 59 * 96 }).map((quarters) => START + quarters * 900),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(messages, { maxLength: 8 }),
        fc.array(split, { maxLength: 4 }),
        async (sent, splits) => {
          await using own = await PricingScene.start('2026-11-01T00:00:00Z', { rateCard: { rates: RATES } });
          for (const { wait, to, content } of sent) {
            if (own.clock.now() + wait < END * 1_000) own.clock.advance(wait);
            await own.send({ ...content, to });
          }
          const invoices = ['2026-10', '2026-11', '2026-12'].map((month) => own.meta.account.invoice({ month }));
          const expected = [sent.length, sumOf(invoices.map(({ cost }) => Number(cost)))];
          for (const { granularity, dimensions, at } of splits) {
            const query = { granularity, dimensions: JSON.stringify(dimensions) };
            const halves = [
              { start: START, end: at },
              { start: at, end: END },
            ].filter(({ start, end }) => start < end);
            const answers = await Promise.all(
              halves.map(({ start, end }) => {
                const parameters = { ...query, start: String(start), end: String(end) };
                return own.get(`${own.meta.account.id}/pricing_analytics?${String(new URLSearchParams(parameters))}`);
              }),
            );
            const found = answers.flatMap((answer): { volume: number; cost: number }[] => pointsOf(answer));
            expect([sumOf(found.map(({ volume }) => volume)), sumOf(found.map(({ cost }) => cost))]).toEqual(expected);
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  const NOW = '2026-11-17T08:05:00Z';

  it.each<[Parameters, string]>([
    [{ start: '' }, 'The parameter start is required.'],
    [{ end: '' }, 'The parameter end is required.'],
    [{ granularity: '' }, 'The parameter granularity is required.'],
    [{ start: 'yesterday' }, 'Param start must be an integer.'],
    [{ end: START }, 'Param end must be later than start.'],
    [{ start: seconds(NOW) - 367 * 86_400 }, 'Param start must be within the last year.'],
    [{ granularity: 'DAY' }, 'Param granularity must be one of {HALF_HOUR, DAILY, MONTHLY} - got "DAY".'],
    [{ metric_types: 'COST,PRICE' }, 'Param metric_types[1] must be one of {COST, VOLUME} - got "PRICE".'],
    [{ pricing_types: 'FREE' }, 'Param pricing_types[0] must be one of {REGULAR, FREE_CUSTOMER_SERVICE, '],
    [{ pricing_categories: 'ALL' }, 'Param pricing_categories[0] must be one of {AUTHENTICATION, '],
    [
      { dimensions: 'MARKET' },
      'Param dimensions[0] must be one of {COUNTRY, PHONE, PRICING_CATEGORY, PRICING_TYPE, TIER}',
    ],
    [{ country_codes: 'Peru' }, 'Param country_codes[0] must be a country code of two letters.'],
    [{ phone_numbers: '["1' }, 'Param phone_numbers must be an array.'],
    [{ phone_numbers: '[1]' }, 'Param phone_numbers[0] must be a string.'],
  ])('refuses %j', async (parameters, message) => {
    const path = asField({ start: START, end: END, granularity: 'MONTHLY', ...parameters });
    const { status, body } = await call(scene.meta, 'GET', path);
    expect(status).toBe(400);
    expect(body.error?.code).toBe(100);
    expect(body.error?.message).toContain(`(#100) ${message}`);
  });
});
