import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { setupWhatsApp } from 'nestjs-whatsapp';
import { AppModule } from './app.module.js';

async function bootstrap() {
  // Ids of messages in paths are longer than Fastify takes by default.
  const adapter = new FastifyAdapter({ routerOptions: { maxParamLength: 255 } });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter);
  setupWhatsApp(app);
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
  return app;
}

export const started = bootstrap();
