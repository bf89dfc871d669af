import { sampleTemplates } from 'nestjs-whatsapp/testing';
import type { SendTemplateInput } from '../../lib/messages/template-messages.js';

export const RECIPIENT = '+5491112345678';

/** A template with two variables. */
export const welcome = (changes: Partial<SendTemplateInput> = {}): SendTemplateInput => ({
  template: sampleTemplates.named.name,
  language: sampleTemplates.named.language,
  to: RECIPIENT,
  variables: { name: 'Juan', company: 'Mi Empresa' },
  ...changes,
});

/** A template with a one-time code. */
export const loginCode = (code: string | number, changes: Partial<SendTemplateInput> = {}): SendTemplateInput => ({
  template: sampleTemplates.oneTimeCode.name,
  language: sampleTemplates.oneTimeCode.language,
  to: RECIPIENT,
  variables: { 1: code },
  ...changes,
});
