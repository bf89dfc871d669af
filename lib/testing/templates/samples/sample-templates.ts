import { buttonSamples } from './button-samples.js';
import { headerSamples } from './header-samples.js';
import { offerSamples } from './offer-samples.js';

/**
 * Approved templates as `GET /{WABA}/message_templates` lists them: every kind of header (text, image, video, document,
 * location), every kind of button (URL, quick reply, copy code, flow, one-time code, catalog, multi-product, telephone,
 * voice call), positional and named variables, a limited-time offer and carousels. All are free to be changed by
 * spreading: `account.addTemplate({ ...sampleTemplates.named, id: undefined, status: 'PAUSED' })`.
 */
export const sampleTemplates = { ...headerSamples, ...buttonSamples, ...offerSamples } as const;
