import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { describe, expect, it } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { resolveTemplate } from '../../lib/templates/variables/fill-template.js';
import { variablesOfComponents } from '../../lib/templates/variables/variables-of-components.js';
import { bodyPayloads, bodyTemplates } from '../payloads/body-payloads.js';
import { buttonPayloads, buttonTemplates } from '../payloads/button-payloads.js';
import { headerPayloads, headerTemplates } from '../payloads/header-payloads.js';
import { offerPayloads, offerTemplates } from '../payloads/offer-payloads.js';

const templates = [
  ...Object.values(sampleTemplates),
  ...headerTemplates,
  ...bodyTemplates,
  ...buttonTemplates,
  ...offerTemplates,
];

const payloads = [...headerPayloads('999000999000999'), ...bodyPayloads, ...buttonPayloads, ...offerPayloads];

describe("Values given as components in Meta's own shape", () => {
  it.each(payloads)('become the same components again: $title', ({ template: named, components = [] }) => {
    const found = templates.find(({ name, language }) => name === named.name && language === named.language);
    if (!found) throw new Error(`There is no template ${named.name}.`);
    const template = { ...found, language: found.language, components: [...(found.components ?? [])] };
    expect(resolveTemplate(template, variablesOfComponents(template, components))).toEqual(components);
  });

  it('are refused when they do not fit the template', () => {
    expect(() => variablesOfComponents(sampleTemplates.named, [])).toThrow(ValidationError);
    expect(() => variablesOfComponents(sampleTemplates.named, 'x')).toThrow(ValidationError);
  });
});
