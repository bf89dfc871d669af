import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { addWhatsAppSecurity, WhatsAppModule } from 'nestjs-whatsapp';

/** What API documents report of the module's surfaces in an app. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const config = addWhatsAppSecurity(new DocumentBuilder().setTitle('Surfaces').setVersion('1')).build();
  return SwaggerModule.createDocument(app, config, { include: [WhatsAppModule] });
}
