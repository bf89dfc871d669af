import 'reflect-metadata';
import { VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setupWhatsApp } from 'nestjs-whatsapp';
import { AppModule } from './app.module.js';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI });
  setupWhatsApp(app); // the bytes that Meta signed
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
  return app;
}

export const started = bootstrap();
