import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CampaignModule } from './campaign.module.js';

async function bootstrap() {
  const app = await NestFactory.createApplicationContext(CampaignModule.forRoot({ workers: true, controllers: [] }));
  // SIGTERM lets messages on their way end: nothing is left in doubt.
  app.enableShutdownHooks();
  return app;
}

export const started = bootstrap();
