import type { Param } from '../server/param.js';

const OBJECTS = ['degrees_of_freedom_spec', 'optimization_spec', 'bid_spec', 'creative_sourcing_spec'];
const BOOLEANS = ['cta_url_link_tracking_opted_out', 'is_primary_device_delivery_only'];
const TEXTS = ['display_format', 'sub_category'];

/** Settings that a template is created or edited with, by Meta's names. */
export const SETTINGS: readonly string[] = [...OBJECTS, ...BOOLEANS, ...TEXTS];

/** Those that are given. */
export function readSettings(body: Param): Record<string, unknown> {
  const given = SETTINGS.filter((name) => body.get(name).given);
  for (const name of given) {
    const setting = body.get(name);
    if (OBJECTS.includes(name)) setting.object();
    else if (TEXTS.includes(name)) setting.string();
    else if (typeof setting.value !== 'boolean') throw setting.invalid('must be a boolean.');
  }
  return Object.fromEntries(given.map((name) => [name, body.get(name).value]));
}
