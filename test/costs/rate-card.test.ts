import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCosts, readCosts } from '../../lib/costs/costs.options.js';
import { dayAt, plusMonths, startOfDay } from '../../lib/costs/local-days.js';
import { isMarket, marketOf } from '../../lib/costs/markets.js';
import { moneyOfNumber, readMoney, writeMoney } from '../../lib/costs/money.js';
import { type RateCardEntry, type RateQuestion, RateCard } from '../../lib/costs/rate-card.js';
import { readRateCard } from '../../lib/costs/rate-card-file.js';

const VALID = { validFrom: '2026-10-01', currency: 'USD' };

const entry = (market: string, category: string, price: string, words: Partial<RateCardEntry> = {}): RateCardEntry => ({
  ...VALID,
  market,
  category,
  price,
  ...words,
});

const CARD = new RateCard([
  entry('Argentina', 'marketing', '0.0618'),
  entry('Argentina', 'marketing', '0.07', { validFrom: '2027-01-01' }),
  entry('Argentina', 'marketing', '0.05', { currency: 'EUR' }),
  entry('India', 'utility', '0.0014'),
  entry('India', 'utility', '0.0011', { tier: '25000001:50000000' }),
  entry('India', 'authentication', '0.0014'),
  entry('India', 'authentication-international', '0.028'),
  entry('Rest of Latin America', 'marketing', '0.074'),
  entry('PE', 'marketing', '0.0703'),
  entry('North America', 'marketing', '0.025'),
  entry('Other', 'marketing', '0.0604'),
  entry('Türkiye', 'service', '0.0009'),
  entry('Turkey', 'utility', '0.0053'),
]);

const priceOf = (country: string | null, category: string, words: Partial<RateQuestion> = {}): string | undefined => {
  const price = CARD.priceOf({ day: '2026-11-30', currency: 'USD', tierFrom: 0, country, category, ...words });
  return price === undefined ? undefined : writeMoney(price);
};

describe('a rate card', () => {
  it.each([
    ['AR', 'marketing', '0.0618'],
    ['BO', 'marketing', '0.074'],
    ['PE', 'marketing', '0.0703'],
    ['CA', 'marketing', '0.025'],
    ['US', 'marketing', '0.025'],
    ['JM', 'marketing', '0.074'],
    ['IS', 'marketing', '0.0604'],
    [null, 'marketing', '0.0604'],
    ['AR', 'marketing_lite', '0.0618'],
    ['AR', 'group_marketing', '0.0618'],
    ['IN', 'service', '0.0014'],
    ['TR', 'service', '0.0009'],
    ['IN', 'authentication_international', '0.028'],
    ['TR', 'authentication_international', undefined],
    ['AR', 'utility', undefined],
    ['AR', 'general_purpose_ai', undefined],
  ])('has for %s the price of %s: %s', (country, category, price) => {
    expect(priceOf(country, category)).toBe(price);
  });

  it('has the price of the day, in the currency of the account', () => {
    expect(priceOf('AR', 'marketing', { day: '2026-09-30' })).toBeUndefined();
    expect(priceOf('AR', 'marketing', { day: '2026-10-01' })).toBe('0.0618');
    expect(priceOf('AR', 'marketing', { day: '2026-12-31' })).toBe('0.0618');
    expect(priceOf('AR', 'marketing', { day: '2027-01-01' })).toBe('0.07');
    expect(priceOf('AR', 'marketing', { currency: 'EUR' })).toBe('0.05');
    expect(priceOf('AR', 'marketing', { currency: 'BRL' })).toBeUndefined();
  });

  it('has the price of the volume tier, which service messages have not', () => {
    expect(priceOf('IN', 'utility', { tierFrom: 24_000_000 })).toBe('0.0014');
    expect(priceOf('IN', 'utility', { tierFrom: 25_000_001 })).toBe('0.0011');
    expect(priceOf('IN', 'utility', { tierFrom: 50_000_001 })).toBe('0.0011');
    expect(priceOf('IN', 'service', { tierFrom: 25_000_001 })).toBe('0.0014');
  });

  it('takes a host’s own markets', () => {
    const { rateCard } = readCosts({
      rateCard: [entry('Rest of Latin America', 'marketing', '1')],
      markets: { IS: 'Rest of Latin America' },
    });
    expect(rateCard.marketOf('IS')).toBe('Rest of Latin America');
    expect(rateCard.isIn('rest of latin america', 'IS')).toBe(true);
  });
});

const FILE = `WhatsApp rates,,,,,,
Effective October 1,,,,,,
Market,Currency,Marketing,Utility,Authentication,Authentication-International,Service
Argentina,$US,0.0618,0.026,0.026,n/a,0.026
India,$US,"0.0118",0.0014,0.0014,0.028,
Rest of Latin America,USD,$0.074,0.0113,0.0113,n/a,n/a
`;

describe('Meta’s markets', () => {
  const page = readFileSync('docs/money.md', 'utf8');

  it('are those of the page about money', () => {
    const rows = [...page.matchAll(/^\| ((?:North America|Rest of [^|]+?)) +\| ((?:[A-Z]{2} ?)+)/gm)];
    expect(rows).toHaveLength(7);
    for (const [, market, countries = ''] of rows) {
      for (const country of countries.trim().split(' '))
        expect([country, marketOf(country)]).toEqual([country, market]);
    }
    const [, single = ''] = /Of one country: ([^.]+)\./.exec(page) ?? [];
    const names = single.split(/,\s+/);
    expect(names).toHaveLength(24);
    for (const name of names) expect(isMarket(name)).toBe(true);
  });
});

describe('a rate card in a file', () => {
  it('is found by its headers, below lines of text', () => {
    const { entries, problems } = readRateCard(FILE, { validFrom: '2026-10-01' });
    expect(problems).toEqual([]);
    expect(entries).toHaveLength(11);
    expect(entries).toContainEqual(entry('Argentina', 'marketing', '0.0618'));
    expect(entries).toContainEqual(entry('India', 'authentication_international', '0.028'));
    expect(entries).toContainEqual(entry('Rest of Latin America', 'marketing', '0.074'));
  });

  it.each([
    ['semicolons and decimal commas', '\uFEFFcountry;marketing\r\nAR;0,0618\r\n'],
    ['tabs and other columns', 'Service window\tMarketing\tCountry or region\n24 h\t.0618\tAR\n'],
    ['thousands', 'country,marketing\nAR,"1,000.0618"\n', '1000.0618'],
  ])('may have %s', (_, text, price = '0.0618') => {
    expect(readRateCard(text, VALID)).toEqual({ entries: [entry('AR', 'marketing', price)], problems: [] });
  });

  it.each([
    ['volume tier,market,utility\n"0 - 25,000,000",India,0.1\n', '0:25000000'],
    ['from,to,market,utility\n25000001,,India,0.1\n', '25000001:MAX'],
    ['tier,market,utility\n25000001:MAX,India,0.1\n', '25000001:MAX'],
    ['tier,market,utility\n25000001+,India,0.1\n', '25000001:MAX'],
  ])('may have volume tiers: %j', (text, tier) => {
    expect(readRateCard(text, VALID)).toEqual({ entries: [entry('India', 'utility', '0.1', { tier })], problems: [] });
  });

  it('names every wrong line at once', () => {
    const text = 'market,marketing,utility\nAtlantis,0.1,0.2\nIndia,free,0.1\nIndia,0.1,-0.2\nSpain,0.1,0.2\n';
    expect(readRateCard(text, { validFrom: '2026-10-01' }).problems).toEqual([
      'line 2: "Atlantis" is none of Meta’s markets, and no country such as "AR".',
      'line 2: "" is no currency such as "USD".',
      'line 3: "" is no currency such as "USD".',
      'line 3: "free" is no price of marketing, such as 0.0349.',
      'line 4: "" is no currency such as "USD".',
      'line 4: "-0.2" is no price of utility, such as 0.0349.',
      'line 5: "" is no currency such as "USD".',
    ]);
  });

  it.each([
    ['', 'must have a line of headers'],
    ['a,b\n1,2\n', 'must have a line of headers'],
    ['market,"marketing\n', 'is no CSV'],
    ['market,marketing\nAR,-\n', 'has no price'],
  ])('is none that says %j', (text, problem) => {
    expect(readRateCard(text, VALID).problems).toEqual([expect.stringContaining(problem)]);
  });
});

const problemsOf = (costs: unknown) =>
  checkCosts(JSON.parse(JSON.stringify(costs))).map(({ path, message }) => `${path} ${message}`);

describe('the option costs', () => {
  it('may be left out, or lack a rate card', () => {
    expect(checkCosts(undefined)).toEqual([]);
    expect(checkCosts({})).toEqual([]);
    expect(readCosts().of('1')).toEqual({ currency: 'USD', timeZone: 'UTC' });
  });

  it('has the currency of its rates, or of the account', () => {
    const costs = readCosts({
      rateCard: [entry('AR', 'marketing', '1', { currency: 'BRL' })],
      timeZone: 'America/Sao_Paulo',
      accounts: { 7: { timeZone: 'Asia/Tokyo' }, 8: { currency: 'JPY' } },
    });
    expect(costs.of('6')).toEqual({ currency: 'BRL', timeZone: 'America/Sao_Paulo' });
    expect(costs.of('7')).toEqual({ currency: 'BRL', timeZone: 'Asia/Tokyo' });
    expect(costs.of('8')).toEqual({ currency: 'JPY', timeZone: 'America/Sao_Paulo' });
  });

  it('is refused with everything that is wrong', () => {
    const wrong = {
      validFrom: '2026-02-30',
      currency: 'usd',
      market: 'Atlantis',
      category: '',
      price: 0.1,
      tier: '0-1',
    };
    const problems = problemsOf({
      rateCard: [wrong, 7, { file: '/no/such/file.csv', validFrom: '2026-10-01' }],
      currency: 'dollar',
      timeZone: 'Mars/Olympus',
      accounts: { 7: { timeZone: '' }, 8: null },
      markets: { Peru: 'x', PR: 5 },
      freeServiceMessages: -1,
    });
    expect(problems.map((line) => line.split(' ')[0])).toEqual([
      'costs.rateCard[0].validFrom',
      'costs.rateCard[0].currency',
      'costs.rateCard[0].market',
      'costs.rateCard[0].category',
      'costs.rateCard[0].tier',
      'costs.rateCard[0].price',
      'costs.rateCard[1]',
      'costs.rateCard[2].file',
      'costs.currency',
      'costs.timeZone',
      'costs.accounts.7.timeZone',
      'costs.accounts.8',
      'costs.markets.Peru',
      'costs.markets.PR',
      'costs.freeServiceMessages',
    ]);
  });

  it('has one price for the same', () => {
    const twice = [entry('AR', 'marketing', '1'), entry('ar', 'MARKETING'.toLowerCase(), '2')];
    expect(problemsOf({ rateCard: twice })).toEqual([
      'costs.rateCard entry 2 gives another price for the same as costs.rateCard entry 1; leave one of them out.',
    ]);
    expect(problemsOf({ rateCard: [twice[0], twice[0]] })).toEqual([]);
  });
});

describe('amounts', () => {
  it.each([
    ['0.0349', '0.0349'],
    ['12', '12.00'],
    ['4.6', '4.60'],
    ['0.000000001', '0.000000001'],
    ['999999999.999999999', '999999999.999999999'],
  ])('of %s are written as %s', (text, written) => {
    expect(writeMoney(readMoney(text))).toBe(written);
  });

  it('add up exactly', () => {
    expect(writeMoney(readMoney('0.1') * 3n)).toBe('0.30');
    expect(writeMoney(readMoney('0.0349') * 100_000n)).toBe('3490.00');
    expect(writeMoney(readMoney('1') - readMoney('1.5'))).toBe('-0.50');
  });

  it.each([
    [4.6, '4.60'],
    [0.1 + 0.2, '0.30'],
    [123_456_789.12, '123456789.12'],
    [1e-7, '0.0000001'],
    ['x', '0.00'],
  ])('that Meta writes as %j are %s', (number, written) => {
    expect(writeMoney(moneyOfNumber(number))).toBe(written);
  });
});

describe('days', () => {
  it.each([
    ['2026-11-30T23:59:59Z', 'UTC', '2026-11-30'],
    ['2026-12-01T02:59:59Z', 'America/Argentina/Buenos_Aires', '2026-11-30'],
    ['2026-12-01T03:00:00Z', 'America/Argentina/Buenos_Aires', '2026-12-01'],
    ['2026-11-30T15:00:00Z', 'Asia/Tokyo', '2026-12-01'],
  ])('%s is in %s the day %s', (moment, timeZone, day) => {
    expect(dayAt(Date.parse(moment), timeZone)).toBe(day);
  });

  it.each([
    ['2026-12-01', 'America/Argentina/Buenos_Aires', '2026-12-01T03:00:00.000Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    // There is no midnight on this day.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ])('%s begins in %s at %s', (day, timeZone, moment) => {
    expect(new Date(startOfDay(day, timeZone)).toISOString()).toBe(moment);
  });

  it('follow one another across years', () => {
    expect(plusMonths('2026-12', 1)).toBe('2027-01-01');
  });
});
