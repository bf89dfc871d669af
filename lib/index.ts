export { WhatsAppModule } from './whatsapp.module.js';
export type { WhatsAppModuleExtras, WhatsAppModuleOptions } from './whatsapp.options.js';
export { whatsappEntities } from './whatsapp.entities.js';
export { whatsappMigrations } from './database/whatsapp.migrations.js';
export { setupWhatsApp } from './http/bodies/setup-whatsapp.js';
export { MessagesService } from './messages/messages.service.js';
export { TemplatesService } from './templates/templates.service.js';
export { AccountsService } from './accounts/accounts.service.js';
export { ApiKeysService } from './auth/api-keys.service.js';
