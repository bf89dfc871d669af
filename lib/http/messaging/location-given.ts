import type { SendLocationDto } from './send.dto.js';

const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** A location as the services take it: numbers for numeric strings, and nothing for a name or address that is empty. */
export function locationOf({ latitude, longitude, name, address }: SendLocationDto): object {
  return {
    latitude: toNumber(latitude),
    longitude: toNumber(longitude),
    ...(isGiven(name) && { name }),
    ...(isGiven(address) && { address }),
  };
}

const toNumber = (value: unknown): unknown => (typeof value === 'string' && NUMBER.test(value) ? Number(value) : value);

const isGiven = (text: unknown): boolean => text !== undefined && text !== null && text !== '';
