// The API reference, made of the comments in lib/. Every public member has one: what is without fails the build.
import { OptionDefaults } from 'typedoc';

/** @type {import('typedoc').TypeDocOptions} */
export default {
  entryPoints: ['../../../lib/index.ts', '../../../lib/testing/index.ts'],
  tsconfig: './tsconfig.json',
  plugin: ['typedoc-plugin-markdown', './plugin.mjs'],
  out: '../../api',
  router: 'pages',
  entryFileName: 'index',
  cleanOutputDir: true,
  readme: 'none',
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: 'table',
  hidePageHeader: true,
  disableSources: true,
  disableGit: true,
  excludeInternal: true,
  excludePrivate: true,
  modifierTags: [...OptionDefaults.modifierTags, '@publicApi'],
  excludeTags: [...OptionDefaults.excludeTags, '@publicApi'],
  skipErrorChecking: true, // `npm run typecheck` has done it
  validation: { notDocumented: true, notExported: false, invalidLink: true },
  treatValidationWarningsAsErrors: true,
  intentionallyNotDocumented: ['nestjs-whatsapp.WhatsAppEventDecorator.__type.Handler'], // a type parameter
  requiredToBeDocumented: [
    'Class',
    'Interface',
    'TypeAlias',
    'Function',
    'Variable',
    'Property',
    'Method',
    'Accessor',
    'EnumMember',
  ],
};
