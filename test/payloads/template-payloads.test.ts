import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InstallationEntity } from '../../lib/store/installation.entity.js';
import { TestApp } from '../support/test-app.js';
import { upload } from '../testing/graph-client.js';
import { bodyPayloads, bodyTemplates } from './body-payloads.js';
import { buttonPayloads, buttonTemplates } from './button-payloads.js';
import { headerPayloads, headerTemplates } from './header-payloads.js';
import { offerPayloads, offerTemplates } from './offer-payloads.js';
import type { PayloadCase } from './payload-case.js';

// Stands for the id of an uploaded file, which is not known before the tests run.
const MEDIA_ID = '999000999000999';

describe('Meta gets, of a send over HTTP,', () => {
  let app: TestApp;
  let mediaId: string;
  let installationId: string;

  beforeAll(async () => {
    app = await TestApp.start();
    for (const template of [...headerTemplates, ...bodyTemplates, ...buttonTemplates, ...offerTemplates]) {
      app.meta.account.addTemplate(template);
    }
    mediaId = (await upload(app.meta)).body.id ?? '';
    const [installation] = await app.get(DataSource).getRepository(InstallationEntity).find();
    installationId = installation?.installationId ?? '';
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => app.meta.clear());

  it.each([...headerPayloads(MEDIA_ID), ...bodyPayloads, ...buttonPayloads, ...offerPayloads])(
    '$title',
    async (payload) => {
      const { template, given, components } = withMediaId(payload);
      const answer = await app.call('POST', '/api/v1/meta-templates/send/', {
        phone_number_id: app.meta.phoneNumber.id,
        template_name: template.name,
        language: template.language,
        recipient_phone: '+5491112345678',
        ...given,
      });

      expect(answer).toMatchObject({ status: 200 });
      expect(app.meta.messages.map(({ id }) => id)).toEqual([answer.body.message_id]);
      const requests = app.meta.requestsTo(/\/messages$/);
      expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
        `POST /v25.0/${app.meta.phoneNumber.id}/messages`,
      ]);
      expect(requests[0]?.body).toStrictEqual({
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '+5491112345678',
        type: 'template',
        template: {
          name: template.name,
          language: { code: template.language },
          ...(components && { components }),
        },
        biz_opaque_callback_data: expect.stringMatching(new RegExp(`^${installationId}\\.\\d+\\.1$`)),
      });
    },
  );

  function withMediaId({ template, given, components }: PayloadCase): Omit<PayloadCase, 'title'> {
    const text = JSON.stringify({ given, components }).replaceAll(MEDIA_ID, mediaId);
    const replaced: Pick<PayloadCase, 'given' | 'components'> = JSON.parse(text);
    return { template, ...replaced };
  }
});
