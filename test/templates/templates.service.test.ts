import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import type { WhatsAppTemplate } from '../../lib/templates/template.view.js';
import { WorkspaceApp } from '../accounts/workspace-app.js';

describe('TemplatesService, of a stored template,', () => {
  let scene: WorkspaceApp;
  const stored = new Map<string, WhatsAppTemplate>();
  const named = () => templateOf('welcome_message');

  beforeAll(async () => {
    scene = await WorkspaceApp.start({ meta: { sample: true } });
    await scene.templates.sync(scene.here);
    for (const template of await scene.templates.list(scene.here)) stored.set(template.name, template);
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  function templateOf(name: string): WhatsAppTemplate {
    const template = stored.get(name);
    if (!template) throw new Error(`There should be a template ${name}.`);
    return template;
  }

  it('tells names, kinds and places of its variables', () => {
    expect(scene.templates.variablesOf(named())).toEqual([
      expect.objectContaining({ name: 'name', component: 'HEADER', type: 'TEXT', isRequired: true, example: 'Juan' }),
      expect.objectContaining({ name: 'name', component: 'BODY', position: 1 }),
      expect.objectContaining({ name: 'company', component: 'BODY', position: 2, example: 'Mi Empresa' }),
    ]);
  });

  it('says everything that is wrong with values, and resolves none of them', () => {
    const wrong = { variables: { nmae: 'Juan', company: '' }, buttonVariables: { button_0: 'x' } };
    const problems = scene.templates.check(named(), wrong);
    expect(problems.map(({ path }) => path).toSorted()).toEqual([
      'buttonVariables.button_0',
      'variables.company',
      'variables.name',
      'variables.nmae',
    ]);
    expect(() => scene.templates.resolve(named(), wrong)).toThrow(ValidationError);
  });

  it('resolves right values into what Meta takes, which the stand-in accepts', async () => {
    const right = { variables: { name: 'Juan', company: 'Mi Empresa' } };
    expect(scene.templates.check(named(), right)).toEqual([]);
    const components = scene.templates.resolve(named(), right);
    const { name, language } = sampleTemplates.named;
    const response = await fetch(`${scene.meta.url}/v25.0/${scene.meta.phoneNumber.id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${scene.meta.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        messaging_product: 'whatsapp',
        to: '+5491112345678',
        type: 'template',
        template: { name, language: { code: language }, components },
      }),
    });
    expect(response.status).toBe(200);
  });

  it('shows the text that a person would read', () => {
    expect(scene.templates.preview(named(), { variables: { name: 'Juan', company: 'Mi Empresa' } })).toBe(
      [
        'Hola Juan!',
        'Gracias Juan por unirte a Mi Empresa. Estamos para ayudarte.',
        'Responde BAJA para no recibir más mensajes',
      ].join('\n'),
    );
  });

  it('shows no one-time code', () => {
    const code = { variables: { '1': '918273' } };
    expect(scene.templates.resolve(templateOf('login_code'), code)).toHaveLength(2);
    const preview = scene.templates.preview(templateOf('login_code'), code);
    expect(preview).toContain('is your verification code');
    expect(preview).not.toContain('918273');
  });

  it.each(Object.values(sampleTemplates).map(({ name }) => name))(
    'asks of %s nothing twice in one place, and misses nothing but what it asks for',
    (name) => {
      const variables = scene.templates.variablesOf(templateOf(name));
      const places = variables.map((variable) => `${variable.card} ${variable.component} ${variable.name}`);
      expect(new Set(places).size).toBe(places.length);
      const required = variables.filter(({ isRequired }) => isRequired);
      const missing = scene.templates.check(templateOf(name), {});
      const paths = required.map((variable) => {
        const list = variable.component === 'BUTTON' ? 'buttonVariables' : 'variables';
        return `${variable.card === undefined ? '' : `cards[${variable.card}].`}${list}.${variable.name}`;
      });
      expect(new Set(missing.map(({ path }) => path))).toEqual(new Set(paths));
    },
  );
});
