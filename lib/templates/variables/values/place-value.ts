import type { Problem } from '../../../errors.js';
import type { LocationParameter } from '../../message-component.js';
import { isObject, refused, typeInWords, type Reading } from './reading.js';
import { textFieldProblems } from './text-value.js';

/** Reads the place of a location header: latitude −90 to 90, longitude −180 to 180, in degrees. */
export function readLocation(value: unknown): Reading<LocationParameter> {
  if (!isObject(value)) {
    return refused(`is ${typeInWords(value)}; write an object with latitude, longitude, name and address.`);
  }
  const { name, address } = value;
  const latitude = degreesOf(value.latitude, 90);
  const longitude = degreesOf(value.longitude, 180);
  const problems: Problem[] = [...textFieldProblems(name, '.name'), ...textFieldProblems(address, '.address')];
  if (!latitude) problems.push({ path: '.latitude', message: 'must be a number from -90 to 90.' });
  if (!longitude) problems.push({ path: '.longitude', message: 'must be a number from -180 to 180.' });
  if (problems.length > 0 || !latitude || !longitude) return { problems };
  const labels = { ...(typeof name === 'string' && { name }), ...(typeof address === 'string' && { address }) };
  return { parameter: { type: 'location', location: { latitude, longitude, ...labels } } };
}

function degreesOf(value: unknown, most: number): string | undefined {
  const isNumeric =
    typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(value.trim()));
  const degrees = isNumeric ? Number(value) : Number.NaN;
  if (!(Math.abs(degrees) <= most)) return undefined;
  if (typeof value === 'string') return value.trim();
  // The shortest text of a tiny number has an exponent, which Meta does not read.
  return Math.abs(degrees) < 1e-6 ? '0' : String(degrees);
}
