import 'reflect-metadata';
import type { INestApplication, LogLevel, Type } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { setupWhatsApp } from 'nestjs-whatsapp';
import { serveApiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import type { Settings } from './settings.js';

/** Starts the sample app as its environment says. */
export async function bootstrap(
  logger: LogLevel[] = ['log', 'warn', 'error', 'fatal'],
  module: Type = AppModule,
): Promise<INestApplication> {
  const app = await NestFactory.create(module, { logger, abortOnError: false });
  setupWhatsApp(app);
  serveApiDocs(app);
  const config = app.get<ConfigService<Settings, true>>(ConfigService);
  await app.listen(config.get('port', { infer: true }), config.get('host', { infer: true }));
  return app;
}
