import type { Problem } from '../../../errors.js';
import type { ActionParameter } from '../../message-component.js';
import { isObject, refused, typeInWords, type Reading } from './reading.js';
import { characterProblems, textOf } from './text-value.js';

/** Reads what a flow button starts its flow with: a token, or `{ flow_token, flow_action_data }`. */
export function readFlow(value: unknown): Reading<ActionParameter> {
  if (isObject(value)) return readFlowObject(value);
  const problems = tokenProblems(value, '');
  return problems.length > 0 ? { problems } : { parameter: { type: 'action', action: { flow_token: textOf(value) } } };
}

function readFlowObject({ flow_token, flow_action_data }: Readonly<Record<string, unknown>>): Reading<ActionParameter> {
  if (flow_token === undefined && flow_action_data === undefined) {
    return refused('has neither flow_token nor flow_action_data; write one of them, or leave the button out.');
  }
  const problems = flow_token === undefined ? [] : tokenProblems(flow_token, '.flow_token');
  if (flow_action_data !== undefined && !isObject(flow_action_data)) {
    problems.push({ path: '.flow_action_data', message: `is ${typeInWords(flow_action_data)}; write an object.` });
  }
  if (problems.length > 0) return { problems };
  const token = flow_token === undefined ? {} : { flow_token: textOf(flow_token) };
  return {
    parameter: { type: 'action', action: { ...token, ...(isObject(flow_action_data) && { flow_action_data }) } },
  };
}

function tokenProblems(token: unknown, path: string): Problem[] {
  const text = textOf(token);
  if (text === undefined) return [{ path, message: `is ${typeInWords(token)}; write the flow's token as text.` }];
  return characterProblems(text).map((message) => ({ path, message }));
}
