import type { RecordedMessage, WebhookStatus, WebhookStep } from 'nestjs-whatsapp/testing';
import { template } from '../recipients.js';

/** Templates of each category that Meta charges. */
export const templates = ['utility', 'marketing', 'authentication'].map((name) => ({
  ...template,
  name,
  category: name.toUpperCase(),
}));

/** How numbers of people in some countries begin, and how long they are. */
const COUNTRIES = {
  AR: ['5491155', 13],
  BR: ['5511955', 13],
  IN: ['919845', 12],
  GB: ['447700', 12],
  ID: ['6281255', 12],
} as const;

/** The people of all countries by turns. */
export function personAt(index: number): string {
  const all = Object.values(COUNTRIES);
  const [prefix, length] = all[index % all.length] ?? COUNTRIES.AR;
  return `+${prefix}${String(Math.floor(index / all.length)).padStart(length - prefix.length, '0')}`;
}

const rate = (market: string, category: string, price: string, tier?: string) => ({
  validFrom: '2026-01-01',
  currency: 'USD',
  market,
  category,
  price,
  ...(tier !== undefined && { tier }),
});

/** For the stand-in and for the library. */
export const rates = Object.keys(COUNTRIES).flatMap((country, index) => [
  rate(country, 'marketing', `0.0${61 + index}8`),
  rate(country, 'authentication', `0.02${index}1`),
  rate(country, 'service', `0.003${index}1`),
  rate(country, 'utility', `0.01${index}3`, '0:2000'),
  rate(country, 'utility', `0.0098${index}`, '2001:4000'),
  rate(country, 'utility', '0.007999999', '4001:MAX'),
]);

/** What becomes of messages, and which of their statuses carry the price. */
interface Life {
  readonly statuses: readonly WebhookStep[];
  readonly priced: readonly WebhookStatus[];
}

const LIVES: readonly Life[] = [
  { statuses: ['sent', 'delivered', 'read'], priced: ['sent'] },
  { statuses: ['sent', 'delivered', 'read'], priced: ['delivered'] },
  { statuses: ['sent', 'delivered', 'read'], priced: ['read'] },
  { statuses: ['sent', 'delivered', 'read'], priced: ['sent', 'delivered'] },
  { statuses: ['sent', 'delivered'], priced: ['delivered'] },
  { statuses: ['sent', 'read'], priced: ['sent', 'read'] },
  { statuses: ['sent', 'read'], priced: ['read'] },
  { statuses: ['sent'], priced: ['sent'] },
  { statuses: ['sent', { status: 'failed', code: 131026 }], priced: ['sent'] },
  { statuses: [{ status: 'failed', code: 131026 }], priced: [] },
];

/** The same for a message whenever it is asked for. */
export function lifeOf({ id }: RecordedMessage): Life {
  let dice = 0;
  for (const unit of id) dice = (dice * 31 + unit.charCodeAt(0)) % 65_521;
  return LIVES[dice % LIVES.length] ?? { statuses: [], priced: [] };
}
