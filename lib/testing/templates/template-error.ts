import { GraphError } from '../errors/graph-error.js';

/** Meta's subcodes of code 100 for template management. See its page "Template error codes". */
const SUBCODES = {
  limitExceeded: [2388019, 'Message template limit exceeded'],
  nameResting: [2388023, 'Message template language is being deleted'],
  duplicate: [2388024, 'Content in this language already exists'],
  notEditable: [2388039, 'Message template cannot be edited'],
  tooLong: [2388040, 'Character limit exceeded'],
  header: [2388047, 'Message header format is incorrect'],
  body: [2388072, 'Message body format is incorrect'],
  footer: [2388073, 'Message footer format is incorrect'],
  tooManyVariables: [2388293, 'Too many variables for the length of the message'],
  edgeVariable: [2388299, 'Variables must not be at the start or end of the template'],
  notFound: [2593002, 'Message template not found'],
} as const satisfies Record<string, readonly [number, string]>;

/** A refusal to create, edit or delete a template: code 100 with a subcode and a text for people. */
export function templateError(kind: keyof typeof SUBCODES, userMessage: string): GraphError {
  const [subcode, userTitle] = SUBCODES[kind];
  return new GraphError(100, { message: 'Invalid parameter', subcode, userTitle, userMessage, transient: false });
}
