import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { addWhatsAppSecurity } from 'nestjs-whatsapp';

/** Serves what the app's endpoints take and answer: at `/docs` for people, at `/openapi.json` for programs. */
export function serveApiDocs(app: INestApplication): void {
  const config = addWhatsAppSecurity(
    new DocumentBuilder()
      .setTitle('WhatsApp')
      .setDescription('All surfaces of nestjs-whatsapp. Say your API key by "Authorize" to try them out.')
      .setVersion('1.0'),
  ).build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config), {
    jsonDocumentUrl: 'openapi.json',
    swaggerOptions: { persistAuthorization: true },
  });
}
