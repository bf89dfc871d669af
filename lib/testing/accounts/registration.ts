import { GraphError } from '../errors/graph-error.js';
import { missingInManagement } from '../errors/refusals.js';
import { SUCCESS, type GraphCall, type GraphReply } from '../server/graph-call.js';
import type { PhoneNumber } from './phone-number.js';

const ATTEMPTS = 10;
const ATTEMPTS_WINDOW_MS = 72 * 3_600_000;

/** Registers a number for Cloud API. See Meta's page "Registration". */
export function register(number: PhoneNumber, call: GraphCall): GraphReply {
  const body = call.body(missingInManagement);
  body.get('messaging_product').oneOf(['whatsapp']);
  const pin = body.get('pin');
  if (!/^\d{6}$/.test(pin.string())) throw pin.invalid('must be 6 digits long.');
  countAttempt(number, call);
  if (number.pin !== undefined && number.pin !== pin.string()) {
    throw new GraphError(133005, { details: 'The two-step verification PIN does not match.' });
  }
  number.pin = pin.string();
  number.status = 'CONNECTED';
  return SUCCESS;
}

/** Takes a number off Cloud API. */
export function deregister(number: PhoneNumber, call: GraphCall): GraphReply {
  countAttempt(number, call);
  number.status = 'DISCONNECTED';
  return SUCCESS;
}

function countAttempt(number: PhoneNumber, call: GraphCall): void {
  const now = call.graph.now();
  const recent = number.registrations.filter((time) => time > now - ATTEMPTS_WINDOW_MS);
  if (recent.length >= ATTEMPTS) {
    throw new GraphError(133016, { details: `More than ${ATTEMPTS} registrations or deregistrations in 72 hours.` });
  }
  number.registrations.push(now);
}
