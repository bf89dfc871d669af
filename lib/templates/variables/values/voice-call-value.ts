import type { Problem } from '../../../errors.js';
import type { PayloadParameter, TtlMinutesParameter, VoiceCallParameters } from '../../message-component.js';
import { readPayload } from './button-value.js';
import { isObject, refused, typeInWords, type Reading } from './reading.js';

const MOST_MINUTES = 43_200;

/** Reads what a button that calls the business takes: how long it works, and what comes back of it. */
export function readVoiceCall(value: unknown): Reading<VoiceCallParameters> {
  const given = typeof value === 'string' ? { payload: value } : value;
  if (!isObject(given)) return refused(`is ${typeInWords(value)}; write an object with ttl_minutes or payload.`);
  const { ttl_minutes: minutes, payload } = given;
  const parameters: (TtlMinutesParameter | PayloadParameter)[] = [];
  const problems: Problem[] = Object.keys(given)
    .filter((name) => name !== 'ttl_minutes' && name !== 'payload')
    .map((name) => ({ path: `.${name}`, message: 'is not known; the button takes ttl_minutes and payload.' }));
  if (minutes !== undefined) {
    const isMinutes =
      typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES;
    if (isMinutes) parameters.push({ type: 'ttl_minutes', ttl_minutes: minutes });
    else problems.push({ path: '.ttl_minutes', message: `must be a whole number from 1 to ${MOST_MINUTES}.` });
  }
  if (payload !== undefined) {
    const read = readPayload(payload);
    if ('parameter' in read) parameters.push(read.parameter);
    else for (const { path, message } of read.problems) problems.push({ path: `.payload${path}`, message });
  }
  if (problems.length > 0) return { problems };
  return parameters.length > 0
    ? { parameter: { type: 'voice_call', parameters } }
    : refused('has neither ttl_minutes nor payload; write one of them, or leave it out.');
}
