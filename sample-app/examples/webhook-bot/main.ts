import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { setupWhatsApp } from 'nestjs-whatsapp';
import { AppModule } from './app.module.js';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  setupWhatsApp(app); // the bytes that Meta signed
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
  return app;
}

export const started = bootstrap();
