import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CampaignModule } from './campaign.module.js';
import { CampaignsController } from './campaigns.controller.js';

async function bootstrap() {
  const app = await NestFactory.create(CampaignModule.forRoot({ workers: false, controllers: [CampaignsController] }));
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
  return app;
}

export const started = bootstrap();
