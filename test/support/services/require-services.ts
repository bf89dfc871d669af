import { services } from './catalogue.js';
import type { ServiceDesk } from './service-desk.js';
import { serviceNames } from './service.js';

/**
 * Obtains every service at once, where none may be missing (`REQUIRE_SERVICES=1`).
 * @throws Error that names each missing one with the line that installs it; nothing is left running then
 */
export async function requireServices(desk: ServiceDesk): Promise<void> {
  const obtained = await Promise.all(serviceNames.map(async (name) => ({ name, ...(await desk.obtain(name)) })));
  const lines = obtained.flatMap(({ name, state }) =>
    state.available ? [] : [`${services[name].title} (${state.reason}): ${services[name].install}`],
  );
  if (lines.length === 0) return;
  await desk.close();
  throw new Error(`REQUIRE_SERVICES=1, but ${lines.length} of ${serviceNames.length} missing:\n${lines.join('\n')}`);
}
