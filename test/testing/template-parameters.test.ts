import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { send, sendTemplate, upload } from './graph-client.js';
import { body, header, image, named, text } from './sample-components.js';

type Sample = keyof typeof sampleTemplates;

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
beforeEach(() => meta.clear());
afterAll(() => meta.close());

const sendSample = (sample: Sample, components?: object[], version?: string) =>
  sendTemplate(meta, sampleTemplates[sample], components, { version });

describe('finding the template', () => {
  it.each<[string, object, number]>([
    ['an unknown name', { name: 'nobody', language: { code: 'en_US' } }, 132001],
    ['a language it does not have', { name: 'hello_world', language: { code: 'en' } }, 132001],
    ['no name', { language: { code: 'en_US' } }, 131008],
    ['no language', { name: 'hello_world' }, 131008],
    ['a language without a code', { name: 'hello_world', language: {} }, 131008],
    ['components that are no list', { name: 'hello_world', language: { code: 'en_US' }, components: {} }, 100],
    [
      'an unknown component',
      { name: 'hello_world', language: { code: 'en_US' }, components: [{ type: 'buttons' }] },
      100,
    ],
  ])('fails with %s', async (_case, template, expected) => {
    const { status, body: answer } = await send(meta, { type: 'template', template });
    expect(status).toBe(expected === 132001 ? 404 : 400);
    expect(answer.error?.code).toBe(expected);
    expect(meta.messages).toEqual([]);
  });

  it.each([
    ['PAUSED', 132015],
    ['DISABLED', 132016],
    ['PENDING', 132001],
    ['REJECTED', 132001],
  ])('fails while it is %s', async (status, expected) => {
    const template = meta.account.addTemplate({ name: `is_${status}`, language: 'en', status, components: [] });
    expect((await sendTemplate(meta, template)).body.error?.code).toBe(expected);
    template.status = 'APPROVED';
    expect((await sendTemplate(meta, template)).status).toBe(200);
  });

  it('tells that messages are held while the template is paced', async () => {
    const template = meta.account.addTemplate({ name: 'paced', language: 'en', components: [] });
    template.messageStatus = 'held_for_quality_assessment';
    const { body: answer } = await sendTemplate(meta, template);
    expect(answer.messages?.[0]?.message_status).toBe('held_for_quality_assessment');
  });
});

describe('the parameters of a template', () => {
  it.each<[string, Sample, object[], number, string]>([
    ['no components', 'textHeader', [], 132000, 'header: number of localizable_params (0)'],
    ['no header', 'textHeader', [body(text('a'), text('b'))], 132000, 'header: number of localizable_params (0)'],
    [
      'one value too few',
      'textHeader',
      [header(text('a')), body(text('a'))],
      132000,
      'body: number of localizable_params (1) does not match the expected number of params (2)',
    ],
    ['one value too many', 'imageHeader', [header(image), body(text('a'), text('b'))], 132000, 'params (1)'],
    [
      'a header that it does not have',
      'quickReplies',
      [header(text('a')), body(text('a'), text('b'))],
      132000,
      'header',
    ],
    ['a body it has no variables for', 'plain', [body(text('a'))], 132000, 'params (0)'],
    ['two bodies', 'imageHeader', [header(image), body(text('a')), body(text('a'))], 132018, 'two components'],
    ['no image', 'imageHeader', [body(text('a'))], 132012, 'expected IMAGE, received UNKNOWN'],
    [
      'a text for the image',
      'imageHeader',
      [header(text('a')), body(text('a'))],
      132012,
      'expected IMAGE, received TEXT',
    ],
    ['an image for the video', 'videoHeader', [header(image)], 132012, 'expected VIDEO, received IMAGE'],
    ['two images', 'imageHeader', [header(image, image), body(text('a'))], 132000, 'header'],
    [
      'an image that is not there',
      'imageHeader',
      [header({ type: 'image', image: { id: '1' } }), body(text('a'))],
      100,
      'attachment ID',
    ],
    [
      'an image at no address',
      'imageHeader',
      [header({ type: 'image', image: { link: 'a.png' } }), body(text('a'))],
      100,
      'not a valid URI',
    ],
    [
      'a location without longitude',
      'locationHeader',
      [header({ type: 'location', location: { latitude: 1 } }), body(text('a'))],
      131008,
      'longitude',
    ],
    ['an image in the body', 'imageHeader', [header(image), body(image)], 132012, 'expected TEXT, received IMAGE'],
    [
      'currency in the header',
      'textHeader',
      [header({ type: 'currency' }), body(text('a'), text('b'))],
      132012,
      'received CURRENCY',
    ],
    [
      'a currency without a fallback',
      'imageHeader',
      [header(image), body({ type: 'currency', currency: { code: 'USD', amount_1000: 1 } })],
      131008,
      'fallback_value',
    ],
    ['an empty text', 'imageHeader', [header(image), body(text(''))], 131008, 'text'],
    [
      'a text that is a number',
      'imageHeader',
      [header(image), body({ type: 'text', text: 7 })],
      100,
      'must be a string',
    ],
    ['a newline', 'imageHeader', [header(image), body(text('a\nb'))], 132018, 'new-line/tab'],
    ['a tab', 'imageHeader', [header(image), body(text('a\tb'))], 132018, 'new-line/tab'],
    ['five spaces', 'imageHeader', [header(image), body(text('a     b'))], 132018, '4 consecutive spaces'],
    [
      'a newline in the header',
      'textHeader',
      [header(text('a\nb')), body(text('a'), text('b'))],
      132018,
      'new-line/tab',
    ],
    ['a body that grows over 1024', 'imageHeader', [header(image), body(text('x'.repeat(1000)))], 132005, 'body'],
    [
      'a header that grows over 60',
      'textHeader',
      [header(text('x'.repeat(55))), body(text('a'), text('b'))],
      132005,
      'header',
    ],
    [
      'no parameter_name',
      'named',
      [header(named('name', 'a')), body(text('a'), text('b'))],
      100,
      'Parameter name is missing or empty',
    ],
    [
      'an unknown parameter_name',
      'named',
      [header(named('name', 'a')), body(named('name', 'a'), named('town', 'b'))],
      132018,
      'town',
    ],
    [
      'a parameter_name twice',
      'named',
      [header(named('name', 'a')), body(named('name', 'a'), named('name', 'b'))],
      132018,
      'twice',
    ],
    ['a named one too few', 'named', [header(named('name', 'a')), body(named('name', 'a'))], 132000, 'body'],
    [
      'a parameter_name in a positional template',
      'imageHeader',
      [header(image), body(named('1', 'a'))],
      132018,
      'NAMED',
    ],
  ])('are refused with %s', async (_case, sample, components, expected, details) => {
    const { status, body: answer } = await sendSample(sample, components);
    expect(status).toBe(400);
    expect(answer.error).toMatchObject({ code: expected, type: 'OAuthException' });
    expect(answer.error?.error_data?.details).toContain(details);
    expect(meta.messages).toEqual([]);
  });

  it.each<[string, Sample, object[]]>([
    ['four spaces', 'imageHeader', [header(image), body(text('a    b'))]],
    [
      'a currency',
      'imageHeader',
      [header(image), body({ type: 'currency', currency: { fallback_value: '$1', code: 'USD', amount_1000: 1000 } })],
    ],
    ['a date', 'imageHeader', [header(image), body({ type: 'date_time', date_time: { fallback_value: 'May 1' } })]],
    [
      'components in any order and case',
      'textHeader',
      [
        { ...body(text('a'), text('b')), type: 'BODY' },
        { ...header(text('a')), type: 'Header' },
      ],
    ],
    [
      'a body that is just long enough',
      'documentHeader',
      [
        header({ type: 'document', document: { link: 'https://a.example/a.pdf' } }),
        body(text('x'.repeat(1024 - 'Your invoice  is attached.'.length))),
      ],
    ],
  ])('may have %s', async (_case, sample, components) => {
    expect((await sendSample(sample, components)).body.error).toBeUndefined();
  });

  it('may have an uploaded file', async () => {
    const { id } = (await upload(meta)).body;
    const components = [header({ type: 'image', image: { id } }), body(text('a'))];
    expect((await sendSample('imageHeader', components)).body.error).toBeUndefined();
  });

  it('are refused with the older code before v23.0', async () => {
    const components = [header(image), body(text('a\nb'))];
    expect((await sendSample('imageHeader', components, 'v22.0')).body.error?.code).toBe(100);
    expect((await sendSample('imageHeader', components, 'v23.0')).body.error?.code).toBe(132018);
  });

  it('must be as many as the body has variables, however many that are', async () => {
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }), async (variables, values) => {
        serial += 1;
        const words = Array.from({ length: variables }, (_, index) => `word {{${index + 1}}}`).join(' ');
        const components = [{ type: 'BODY', text: `${words} end` }];
        const template = meta.account.addTemplate({ name: `count_${serial}`, language: 'en', components });
        const given = [body(...Array.from({ length: values }, (_, index) => text(`${index}`)))];
        const { body: answer } = await sendTemplate(meta, template, given);
        expect(answer.error?.code).toBe(variables === values ? undefined : 132000);
      }),
      { numRuns: 40 },
    );
  });
});
