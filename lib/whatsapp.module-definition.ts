import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { WhatsAppModuleExtras, WhatsAppModuleOptions } from './whatsapp.options.js';

const extras: WhatsAppModuleExtras = {
  isGlobal: false,
  surfaces: {},
  dataSource: undefined,
  queue: 'in-process',
  events: {},
  imports: [],
};

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<WhatsAppModuleOptions>({ moduleName: 'WhatsApp' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createWhatsAppOptions')
    .setExtras(extras, (definition) => definition)
    .build();
