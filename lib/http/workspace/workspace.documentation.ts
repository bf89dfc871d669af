import type { AnswerDescription } from '../openapi/operation.js';
import { array, integer, nullable, object, oneOf, type Schema, string } from '../openapi/schema.js';
import type { SurfaceDocumentation } from '../surface.js';

const FIELDS = { status: oneOf('error'), message: string() };

const META = object({
  code: nullable(integer()),
  message: string(),
  details: nullable(string()),
  fbtrace_id: nullable(string()),
});

const MESSAGE_ID = integer({ description: 'The row of the message, by which it can be looked up.' });

function answer(description: string, more: Schema, example: object): AnswerDescription {
  return { description, json: { schema: more, example: { status: 'error', ...example } } };
}

/** What API documents tell of the surface `workspace`. */
export const workspaceDocumentation: SurfaceDocumentation = {
  tag: 'Workspace',
  // Another workspace's subdomain.
  everywhere: [400],
  params: {
    subdomain: { description: 'Name of the workspace that the key belongs to.', schema: string({ example: 'acme' }) },
  },
  errors: {
    400: answer(
      'The subdomain is not that of the key’s workspace; or the body cannot be read, then by field as 422.',
      object({ ...FIELDS, errors: { oneOf: [string(), errorsByField()] } }),
      { message: 'Validation failed', errors: 'Invalid tenant subdomain' },
    ),
    401: answer('There is no key, or it is not valid.', object(FIELDS), { message: 'API token is required' }),
    403: answer('The key lacks the ability.', object(FIELDS), {
      message: 'Token does not have the required ability: messages.send',
    }),
    404: answer(
      'The workspace has nothing of that name or id; or Meta has no such template, then with what Meta said.',
      object(FIELDS, { code: string(), meta: META, message_id: MESSAGE_ID }),
      { message: 'Template not found' },
    ),
    409: answer(
      'The `Idempotency-Key` is in use, belongs to another body or to a person who was erased since; or the person may not be sent to.',
      object({ ...FIELDS, code: string() }),
      { message: 'This Idempotency-Key was used for another body.', code: 'IDEMPOTENCY_CONFLICT' },
    ),
    413: answer('The body is too large.', object(FIELDS), { message: 'The body is over the limit of 5mb.' }),
    422: answer(
      'Fields are wrong; all of them are named. Where Meta refused a template or its values, with what Meta said.',
      object({ ...FIELDS, errors: errorsByField() }, { code: string(), meta: META, message_id: MESSAGE_ID }),
      { message: 'Validation failed', errors: { template_name: ['Template is not APPROVED.'] } },
    ),
    429: {
      description: 'Too many requests, of the key or at Meta. `Retry-After` tells the seconds to wait, too.',
      json: {
        schema: object({ message: string(), retry_after: integer({ minimum: 1 }) }),
        example: { message: 'Too many requests', retry_after: 45 },
      },
    },
    500: answer(
      'It failed. Where Meta refused it, with what Meta said.',
      object(FIELDS, { code: string(), meta: META, message_id: MESSAGE_ID }),
      { message: 'Failed to send message' },
    ),
    504: answer(
      'Meta never told what became of it. It is not sent again by itself; look it up later.',
      object({ ...FIELDS, code: string() }, { message_id: MESSAGE_ID }),
      { message: 'Meta did not tell what became of message 12.', code: 'OUTCOME_UNKNOWN', message_id: 12 },
    ),
  },
};

function errorsByField(): Schema {
  return { type: 'object', additionalProperties: array(string()), description: 'Problems by field.' };
}
