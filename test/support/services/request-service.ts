import { inject } from 'vitest';
import type { ServiceName, ServiceState } from './service.js';

/** Asks, from a test's worker, for a service; it is started if no one has asked before. */
export async function requestService(name: ServiceName): Promise<ServiceState> {
  const response = await fetch(new URL(name, inject('serviceDeskUrl')));
  if (!response.ok) throw new Error(`${name} could not be obtained: ${await response.text()}`);
  const state: unknown = await response.json();
  if (!isServiceState(state)) throw new Error(`The service desk gave an answer about ${name} that is none.`);
  return state;
}

function isServiceState(value: unknown): value is ServiceState {
  return typeof value === 'object' && value !== null && 'available' in value;
}
