/** An amount in billionths of a currency: sums and products of it are exact. */
export type Money = bigint;

const DECIMALS = 9;

/** Digits of an amount: nine before the point and nine after it. */
const AMOUNT = /^\d{1,9}(?:\.\d{1,9})?$/;

export const AMOUNT_RULE = 'must be a decimal in a string, such as "0.0349", with at most 9 digits after the point';

export const isAmount = (text: unknown): text is string => typeof text === 'string' && AMOUNT.test(text);

/** Reads a decimal. @param text as `isAmount` takes it */
export function readMoney(text: string): Money {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'));
}

/** Writes an amount as a decimal: with two digits after the point, and as many more as it has. */
export function writeMoney(money: Money): string {
  const digits = String(money < 0n ? -money : money).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0{1,7}$/, '');
  return `${money < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}.${fraction}`;
}

/** An amount that came as a JSON number, by the digits that it was written with. */
export function moneyOfNumber(value: unknown): Money {
  const number = typeof value === 'number' && Number.isFinite(value) ? value : 0;
  const text = String(Math.abs(number));
  const [whole = '0', fraction = ''] = (text.includes('e') ? Math.abs(number).toFixed(DECIMALS) : text).split('.');
  const money = BigInt(whole + fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
  return number < 0 ? -money : money;
}
