import { TemplatesService, WorkspacesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneAdapter } from '../../support/test-app.js';
import { Acme } from './acme.js';

const FIELDS = (
  'id tenant_id template_id template_name language status category header_data_format header_data_text ' +
  'header_params_count body_data body_params_count footer_data footer_params_count buttons_data header_file_url ' +
  'header_variable_value body_variable_value template_type cards_json created_at updated_at name components'
).split(' ');

const ANY_URL = expect.stringMatching(/^https:/);

describe.each(oneAdapter)('GET /templates on $adapter', ({ adapter }) => {
  let acme: Acme;
  let total: number;

  beforeAll(async () => {
    acme = await Acme.start({ adapter, globalPrefix: 'host' });
    await acme.app.get(TemplatesService).sync({ workspace: 'acme' });
    total = (await acme.app.get(TemplatesService).list({ workspace: 'acme' })).length;
  });
  afterAll(() => acme[Symbol.asyncDispose]());

  it("lists a page in Laravel's paginator, 15 unless said otherwise", async () => {
    const { status, body } = await acme.get('/templates');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'success', message: expect.any(String) });
    const path = `${acme.app.url}/host/api/v1/acme/templates`;
    const { data, links, ...paginator } = body.data;
    const last = Math.ceil(total / 15);
    expect(paginator).toEqual({
      current_page: 1,
      first_page_url: `${path}?page=1`,
      from: 1,
      last_page: last,
      last_page_url: `${path}?page=${last}`,
      next_page_url: last > 1 ? `${path}?page=2` : null,
      path,
      per_page: 15,
      prev_page_url: null,
      to: Math.min(15, total),
      total,
    });
    expect(links).toHaveLength(last + 2);
    expect(data).toHaveLength(Math.min(15, total));
  });

  it.each([
    [
      sampleTemplates.textHeader,
      {
        header_data_format: 'TEXT',
        header_data_text: 'Order {{1}}',
        header_params_count: 1,
        body_data: 'Thank you, {{1}}! We have your order and will deliver it by {{2}}. See you soon.',
        body_params_count: 2,
        header_variable_value: ['860198'],
        body_variable_value: ['Pablo', 'Monday'],
      },
    ],
    [
      sampleTemplates.named,
      {
        header_data_format: 'TEXT',
        header_params_count: 1,
        header_variable_value: ['Juan'],
        body_params_count: 2,
        body_variable_value: ['Juan', 'Mi Empresa'],
      },
    ],
    [
      sampleTemplates.plain,
      {
        header_data_text: 'Hello World',
        footer_data: 'WhatsApp Business Platform sample message',
        header_params_count: 0,
        buttons_data: '[]',
        header_file_url: null,
        header_variable_value: null,
        template_type: 'standard',
        cards_json: null,
        body_variable_value: null,
      },
    ],
    [
      sampleTemplates.imageHeader,
      { header_data_format: 'IMAGE', header_data_text: null, header_params_count: 0, header_file_url: ANY_URL },
    ],
    [sampleTemplates.urlButtons, { buttons_data: expect.stringContaining('"type":"URL"') }],
    [sampleTemplates.carousel, { template_type: 'carousel', cards_json: expect.arrayContaining([expect.any(Object)]) }],
  ])('has every documented field of a template: $name', async ({ name, language, category }, reported) => {
    const { body } = await acme.get('/templates?per_page=100');
    const listed: Record<string, unknown>[] = body.data.data;
    const template = listed.find(({ template_name }) => template_name === name);
    expect(Object.keys(template ?? {})).toEqual(FIELDS);
    const tenant_id = await acme.app.get(WorkspacesService).idOf('acme');
    const own = { tenant_id, template_name: name, language, status: 'APPROVED', category, name };
    expect(template).toMatchObject({
      ...own,
      template_id: expect.any(String),
      components: expect.any(Array),
      ...reported,
    });
  });

  it('can be followed from page to page, each template once', async () => {
    const names: string[] = [];
    let path: string | null = '/templates?per_page=4&other=kept';
    let pages = 0;
    while (path !== null) {
      const { body } = await acme.get(path);
      names.push(
        ...body.data.data.map(({ name, language }: { name: string; language: string }) => `${name} ${language}`),
      );
      const next: string | null = body.data.next_page_url;
      path = next && next.slice(next.indexOf('/templates'));
      expect(path ?? 'other=kept').toContain('other=kept');
      pages += 1;
    }
    expect(pages).toBe(Math.ceil(total / 4));
    expect(new Set(names).size).toBe(total);
  });

  it('has nothing beyond the last page', async () => {
    const { body } = await acme.get('/templates?page=999');
    expect(body.data).toMatchObject({ current_page: 999, data: [], from: null, to: null, total, next_page_url: null });
  });
});
