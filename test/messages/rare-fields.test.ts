import { MessagesService, TemplatesService, type SendMessageInput } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { variablesOfComponents } from '../../lib/templates/variables/variables-of-components.js';
import type { InteractiveMessageContent, ProductCard } from '../../lib/messages/types/interactive-content.js';
import { TestApp } from '../support/test-app.js';

const TO = '+5491112345678';

const carousel = (card: Partial<ProductCard>): InteractiveMessageContent => ({
  type: 'carousel',
  body: { text: 'Mira' },
  action: {
    cards: [0, 1].map((index) => ({
      card_index: index,
      type: 'product' as const,
      action: { catalog_id: '1', product_retailer_id: 'a' },
      ...card,
    })),
  },
});

const named = (text: string) => [{ type: 'text', parameter_name: 'who', text }];

describe('what Meta takes of messages and few send', () => {
  let meta: GraphApiServer;
  let app: TestApp;
  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true, limits: false });
    meta.account.addTemplate({
      name: 'call_us',
      language: 'es',
      components: [
        { type: 'BODY', text: 'Llámanos, {{1}}, hoy.' },
        { type: 'BUTTONS', buttons: [{ type: 'VOICE_CALL', text: 'Llamar' }] },
      ],
    });
    meta.account.addTemplate({
      name: 'twice_named',
      language: 'es',
      parameter_format: 'NAMED',
      components: [
        { type: 'HEADER', format: 'TEXT', text: 'Para {{who}}' },
        { type: 'BODY', text: 'Hola {{who}}, bien.' },
      ],
    });
    app = await TestApp.start({ meta });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
  });
  beforeEach(() => meta.clear());

  const send = (input: SendMessageInput) => app.get(MessagesService).send(input);
  const lastSent = () => meta.messages.at(-1)?.body;
  const problemsOf = (input: SendMessageInput) =>
    send(input).then(
      () => [],
      (error: { problems?: { path: string }[] }) => error.problems?.map(({ path }) => path),
    );
  it('is a carousel of products with cards that have no header', async () => {
    const action = { catalog_id: '1', product_retailer_id: 'a' };
    await send({ to: TO, type: 'interactive', interactive: carousel({ action }) });
    expect(lastSent()).toMatchObject({
      interactive: { type: 'carousel', action: { cards: [{ action }, { action }] } },
    });
    const header: object = { header: { type: 'image', image: { id: '1' } } };
    const withHeader = carousel({ action, ...header });
    expect(await problemsOf({ to: TO, type: 'interactive', interactive: withHeader })).toContain(
      'interactive.action.cards[0].header',
    );
  });

  const place = (latitude: string, longitude: string) =>
    send({ to: TO, type: 'location', location: { latitude, longitude } });

  it.each([
    ['-34.6037', '-58.3816'],
    [' 90 ', '+180'],
  ])('is a place with degrees as text, sent as numbers: %s, %s', async (latitude, longitude) => {
    await place(latitude, longitude);
    expect(lastSent()).toMatchObject({ location: { latitude: Number(latitude), longitude: Number(longitude) } });
  });

  it.each(['90.1', '', '1e1', '34,6', '0x10'])('is refused with degrees that are not valid: %j', async (latitude) => {
    await expect(place(latitude, '0')).rejects.toMatchObject({ problems: [{ path: 'location.latitude' }] });
  });

  const template = (rest: object) =>
    send({ to: TO, type: 'template', template: 'call_us', language: 'es', variables: { 1: 'Ana' }, ...rest });

  it('is how long a button works that calls the business, and what comes back of it', async () => {
    await template({ buttonVariables: { button_0: { ttl_minutes: 60, payload: 'from-campaign' } } });
    const parameters = [
      { type: 'ttl_minutes', ttl_minutes: 60 },
      { type: 'payload', payload: 'from-campaign' },
    ];
    const component = { type: 'button', sub_type: 'voice_call', index: '0', parameters };
    expect(lastSent()).toMatchObject({ template: { components: [{ type: 'body' }, component] } });
    const { name, language } = { name: 'call_us', language: 'es' };
    const stored = await app.get(TemplatesService).get({ name, language });
    const text = { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] };
    const { buttonVariables } = variablesOfComponents(stored, [text, component]);
    expect(buttonVariables).toEqual({ button_0: { ttl_minutes: 60, payload: 'from-campaign' } });
    await expect(template({ buttonVariables: { button_0: { ttl_minutes: 0 } } })).rejects.toMatchObject({
      problems: [{ path: 'buttonVariables.button_0.ttl_minutes' }],
    });
  });

  it('are titles in place of addresses', async () => {
    const tapTargets = [{ url: 'https://shop.example/', title: 'Oferta' }];
    await template({ tapTargets });
    const component = {
      type: 'tap_target_configuration',
      parameters: [{ type: 'tap_target_configuration', tap_target_configuration: tapTargets }],
    };
    expect(lastSent()).toMatchObject({ template: { components: [{ type: 'body' }, component] } });
    const stored = await app.get(TemplatesService).get({ name: 'call_us', language: 'es' });
    const text = { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] };
    expect(variablesOfComponents(stored, [text, component])).toMatchObject({ tapTargets });
    await expect(template({ tapTargets: [{ url: 'nowhere' }] })).rejects.toMatchObject({
      problems: [{ path: 'tapTargets[0].url' }, { path: 'tapTargets[0].title' }],
    });
  });

  it('is the hash of the recipient’s identity, with a template and without', async () => {
    await template({ recipientIdentityKeyHash: 'DF2lS5v2W6x=' });
    expect(lastSent()).toMatchObject({ recipient_identity_key_hash: 'DF2lS5v2W6x=' });
    await send({ to: TO, type: 'text', text: 'Hola', recipientIdentityKeyHash: 'DF2lS5v2W6x=' });
    expect(lastSent()).toMatchObject({ recipient_identity_key_hash: 'DF2lS5v2W6x=', text: { body: 'Hola' } });
  });

  it('are two values under one name, of the header and of the body, given as Meta’s components', async () => {
    const components = [
      { type: 'header', parameters: named('la familia') },
      { type: 'body', parameters: named('Ana') },
    ];
    const stored = await app.get(TemplatesService).get({ name: 'twice_named', language: 'es' });
    const values = variablesOfComponents(stored, components);
    expect(values.variables).toEqual({ who: 'Ana', header_who: 'la familia' });
    await send({ to: TO, type: 'template', template: 'twice_named', language: 'es', ...values });
    expect(lastSent()).toMatchObject({ template: { components } });
  });
});
