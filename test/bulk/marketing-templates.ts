import type { MarketingSettings } from 'nestjs-whatsapp';

export const PROMOTION = { name: 'promotion', language: 'es', category: 'MARKETING' };
export const RECEIPT = { name: 'receipt', language: 'es', category: 'UTILITY' };
export const BODY = { type: 'BODY', text: 'Hello' };

/** What a single and a bulk send of a template have in common. */
export const inputOf = ({ name: template, language }: typeof PROMOTION, settings: MarketingSettings) => ({
  template,
  language,
  ...settings,
});
