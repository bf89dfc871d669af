import { WhatsAppModule } from 'nestjs-whatsapp';
import { expect, it } from 'vitest';
import { assertOptions } from '../../lib/whatsapp.options.js';

// Plain JavaScript, or a factory, whose answer TypeScript does not look through for names too many.
const assert: (options: object) => void = assertOptions;
const forRoot: (options: object) => unknown = (options) => WhatsAppModule.forRoot(options);

it.each([
  [{ surfaces: { metaTemplates: true } }, /surfaces is needed before.*next to useFactory/],
  [{ dataSource: 'other' }, /dataSource is needed before/],
  [{ acounts: [] }, /acounts is no option; there is accounts,/],
  [{ encryptionKey: 'x', acounts: [] }, /encryptionKey is no option[\s\S]*acounts is no option/],
])('Options that no one reads stop the start: %j', (options, text) => {
  expect(() => assert(options)).toThrow(text);
});

it.each([
  [{ surfaces: { metaTemplate: true } }, /surfaces\.metaTemplate is no surface/],
  [{ surfaces: { metaTemplates: { prefix: 42 } } }, /surfaces\.metaTemplates must be true, false or/],
  [{ surfaces: { metaTemplates: 'yes' } }, /surfaces\.metaTemplates must be/],
  [{ surfaces: true }, /surfaces must name what to mount/],
])('Surfaces that cannot be mounted stop the start: %j', (options, text) => {
  expect(() => forRoot(options)).toThrow(text);
});

it.each([{ poolSize: 0 }, { poolSize: '5' }, { poolsize: 5 }, { name: 5 }, 5, null])(
  'An invalid data source stops the start: %j',
  (dataSource) => {
    expect(() => forRoot({ dataSource })).toThrow(/dataSource must be 'name' or \{ name: 'name', poolSize: 5 \}/);
  },
);
