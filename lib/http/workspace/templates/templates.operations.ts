import type { OperationDescription } from '../../openapi/operation.js';
import { array, dateTime, integer, object, string } from '../../openapi/schema.js';
import { PAGE_QUERY, paginatorSchema, successSchema } from '../success.schema.js';
import { paginated } from '../paginator.presenter.js';
import { presentSuccess } from '../success.presenter.js';

const TEMPLATE = object({
  id: integer(),
  template_id: string({ description: 'Meta’s id.' }),
  name: string(),
  language: string({ example: 'en_US' }),
  status: string({ description: 'Only `APPROVED` ones can be sent.', example: 'APPROVED' }),
  category: string({ example: 'UTILITY' }),
  components: array(object({}), { description: 'In Meta’s own shape.' }),
  created_at: dateTime(),
  updated_at: dateTime({ description: 'When Meta was last asked about it.' }),
});

const PATH = 'https://api.example.com/api/v1/acme/templates';

export const listTemplatesOperation: OperationDescription = {
  summary: 'List templates',
  description: 'Those that the module knows of, whatever their status, by name and language.',
  query: PAGE_QUERY,
  answers: {
    200: {
      description: 'A page of templates.',
      json: {
        schema: successSchema(paginatorSchema(TEMPLATE)),
        example: presentSuccess(
          'Templates retrieved successfully',
          paginated(
            [
              {
                id: 45,
                template_id: '1026573095658757',
                name: 'order_shipped',
                language: 'en_US',
                status: 'APPROVED',
                category: 'UTILITY',
                components: [{ type: 'BODY', text: 'Your order {{1}} is on its way.' }],
                created_at: '2026-11-16T21:30:00.000Z',
                updated_at: '2026-11-16T21:30:00.000Z',
              },
            ],
            1,
            { url: new URL(PATH), page: 1, perPage: 15 },
          ),
        ),
      },
    },
  },
  errors: [422, 429],
};
