/**
 * The markets of Meta's rate cards that have more than one country, and those that have one, by ISO 3166-1 alpha-2. What is not
 * listed belongs to `Other`.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing
 */
const MARKETS: Readonly<Record<string, string>> = {
  Argentina: 'AR',
  Brazil: 'BR',
  Chile: 'CL',
  Colombia: 'CO',
  Egypt: 'EG',
  France: 'FR',
  Germany: 'DE',
  India: 'IN',
  Indonesia: 'ID',
  Israel: 'IL',
  Italy: 'IT',
  Malaysia: 'MY',
  Mexico: 'MX',
  Netherlands: 'NL',
  Nigeria: 'NG',
  Pakistan: 'PK',
  Peru: 'PE',
  Russia: 'RU',
  'Saudi Arabia': 'SA',
  'South Africa': 'ZA',
  Spain: 'ES',
  Turkey: 'TR',
  'United Arab Emirates': 'AE',
  'United Kingdom': 'GB',
  'North America': 'CA US',
  'Rest of Africa':
    'DZ AO BJ BW BF BI CM TD CG ER ET GA GM GH GW CI KE LS LR LY MG MW ML MR MA MZ NA NE RW SN SL SO SS SD SZ TZ TG TN UG ZM',
  'Rest of Asia Pacific': 'AF AU BD KH CN HK JP LA MN NP NZ PG PH SG LK TW TJ TH TM UZ VN',
  'Rest of Central & Eastern Europe': 'AL AM AZ BY BG HR CZ GE GR HU LV LT MD MK PL RO RS SK SI UA',
  'Rest of Latin America': 'BO CR DO EC SV GT HT HN JM NI PA PY PR UY VE',
  'Rest of Middle East': 'BH IQ JO KW LB OM QA YE',
  'Rest of Western Europe': 'AT BE DK FI IE NO PT SE CH',
};

/** The market of countries that no other one lists. */
export const OTHER = 'Other';

const MARKET_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(MARKETS).flatMap(([market, countries]) => countries.split(' ').map((country) => [country, market])),
);

/** Names that Meta, and those who copy its tables, write in more than one way. */
const SPELLINGS: Readonly<Record<string, string>> = {
  turkiye: 'turkey',
  uae: 'united arab emirates',
  uk: 'united kingdom',
  others: 'other',
  'all other countries': 'other',
};

/** The market that a country belongs to; a country that is not known belongs to `Other`. */
export const marketOf = (country: string | null): string => MARKET_OF.get(country ?? '') ?? OTHER;

/** What the spellings of a market's name have in common. */
export function marketKey(name: string): string {
  const plain = name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();
  return SPELLINGS[plain] ?? plain;
}

const KNOWN: ReadonlySet<string> = new Set([...Object.keys(MARKETS), OTHER].map(marketKey));

/** Whether a name is that of one of Meta's markets, or could be a country's code. */
export const isMarket = (name: string): boolean => KNOWN.has(marketKey(name)) || /^[A-Za-z]{2}$/.test(name);
