import type { OperationDescription } from '../../openapi/operation.js';
import { array, dateTime, integer, nullable, object, oneOf, string } from '../../openapi/schema.js';
import { PAGE_QUERY, paginatorSchema, successSchema } from '../success.schema.js';
import { paginated } from '../paginator.presenter.js';
import { presentSuccess } from '../success.presenter.js';

const COUNT = integer({ minimum: 0, description: 'Variables in this text.' });
const SAMPLES = nullable(array(string(), { description: 'The values that Meta’s reviewers saw, in order.' }));

const TEMPLATE = object({
  id: integer(),
  tenant_id: integer({ description: 'Row id of the workspace.' }),
  template_id: string({ description: 'Meta’s id.' }),
  template_name: string(),
  language: string({ example: 'en_US' }),
  status: string({ description: 'Only `APPROVED` ones can be sent.', example: 'APPROVED' }),
  category: string({ example: 'UTILITY' }),
  header_data_format: nullable(string({ description: 'Null without a header.', example: 'TEXT' })),
  header_data_text: nullable(string()),
  header_params_count: COUNT,
  body_data: nullable(string()),
  body_params_count: COUNT,
  footer_data: nullable(string()),
  footer_params_count: COUNT,
  buttons_data: string({ description: 'The buttons in Meta’s own shape, as JSON in a text; `[]` without any.' }),
  header_file_url: nullable(string({ description: 'Meta’s copy of the sample file; it cannot be sent.' })),
  header_variable_value: SAMPLES,
  body_variable_value: SAMPLES,
  template_type: oneOf('standard', 'carousel'),
  cards_json: nullable(array(object({}), { description: 'Of a carousel, in Meta’s own shape.' })),
  created_at: dateTime(),
  updated_at: dateTime({ description: 'When Meta was last asked about it.' }),
  name: string(),
  components: array(object({}), { description: 'In Meta’s own shape.' }),
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
                tenant_id: 1,
                template_id: '1026573095658757',
                template_name: 'order_shipped',
                language: 'en_US',
                status: 'APPROVED',
                category: 'UTILITY',
                header_data_format: null,
                header_data_text: null,
                header_params_count: 0,
                body_data: 'Your order {{1}} is on its way.',
                body_params_count: 1,
                footer_data: null,
                footer_params_count: 0,
                buttons_data: '[]',
                header_file_url: null,
                header_variable_value: null,
                body_variable_value: ['860198'],
                template_type: 'standard',
                cards_json: null,
                created_at: '2026-11-16T21:30:00.000Z',
                updated_at: '2026-11-16T21:30:00.000Z',
                name: 'order_shipped',
                components: [
                  {
                    type: 'BODY',
                    text: 'Your order {{1}} is on its way.',
                    example: { body_text: [['860198']] },
                  },
                ],
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
