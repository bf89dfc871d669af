import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphApiServer, sampleTemplates, type TemplateComponent, type TemplateFixture } from 'nestjs-whatsapp/testing';
import { sendTemplate } from './graph-client.js';
import { sampleComponents } from './sample-components.js';

const samples: readonly TemplateFixture[] = Object.values(sampleTemplates);
const components: readonly TemplateComponent[] = samples.flatMap((sample) => sample.components);

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterAll(() => meta.close());

describe('the sample templates', () => {
  it('have every kind of header, button and component', () => {
    const formats = components.filter(({ type }) => type === 'HEADER').map(({ format }) => format);
    expect(new Set(formats)).toEqual(new Set(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION']));
    const buttons = components.flatMap((component) => component.buttons ?? []).map(({ type }) => type);
    expect(new Set(buttons)).toEqual(
      new Set(['URL', 'PHONE_NUMBER', 'QUICK_REPLY', 'COPY_CODE', 'FLOW', 'CATALOG', 'MPM', 'VOICE_CALL']),
    );
    const types = new Set(components.map(({ type }) => type));
    expect(types).toEqual(new Set(['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'LIMITED_TIME_OFFER', 'CAROUSEL']));
    expect(new Set(samples.map((sample) => sample.parameter_format))).toEqual(new Set(['POSITIONAL', 'NAMED']));
  });

  it('differ in id and in name', () => {
    expect(new Set(samples.map(({ id }) => id)).size).toBe(samples.length);
    expect(new Set(samples.map(({ name }) => name)).size).toBe(samples.length);
  });

  it.each(Object.entries(sampleComponents))('can be sent: %s', async (key, filled) => {
    const [, template] = Object.entries(sampleTemplates).find(([name]) => name === key) ?? [];
    if (!template) throw new Error(`There is no sample ${key}.`);
    const { body } = await sendTemplate(meta, template, filled);
    expect(body.error).toBeUndefined();
    expect(body.messages).toEqual([{ id: expect.any(String), message_status: 'accepted' }]);
  });
});
