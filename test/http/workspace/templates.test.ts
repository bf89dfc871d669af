import { TemplatesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapters } from '../../support/test-app.js';
import { Acme } from './acme.js';

describe.each(adapters)('GET /templates on $adapter', ({ adapter }) => {
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
    expect(data[0]).toEqual({
      id: expect.any(Number),
      template_id: expect.any(String),
      name: expect.any(String),
      language: expect.any(String),
      status: expect.any(String),
      category: expect.any(String),
      components: expect.any(Array),
      created_at: expect.any(String),
      updated_at: expect.any(String),
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
