import { Module } from '@nestjs/common';
import { BullModule } from '@nestjs/bull';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { databaseOptions } from './database.js';
import { EnvironmentApiKey } from './environment-api-key.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { readSettings, type Settings } from './settings.js';
import { StartController } from './start.controller.js';

// The queue must be known before the other options are.
const { redisUrl } = readSettings(process.env);

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [() => readSettings(process.env)] }),
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService<Settings, true>) =>
        databaseOptions(config.get('databaseUrl', { infer: true })),
    }),
    ...(redisUrl === undefined ? [] : [BullModule.forRoot({ url: redisUrl })]),
    WhatsAppModule.forRootAsync({
      queue: redisUrl === undefined ? 'in-process' : 'bull',
      surfaces: {
        metaTemplates: true,
        conversations: true,
        messaging: true,
        workspace: true,
        webhook: true,
        console: true,
      },
      inject: [ConfigService],
      useFactory: (config: ConfigService<Settings, true>) => {
        const account = config.get('account', { infer: true });
        const encryptionKey = config.get('encryptionKey', { infer: true });
        const verifyToken = config.get('verifyToken', { infer: true });
        return {
          graph: {
            baseUrl: config.get('graphUrl', { infer: true }),
            version: config.get('graphVersion', { infer: true }),
          },
          accounts: account
            ? [
                {
                  businessAccountId: account.businessAccountId,
                  accessToken: account.accessToken,
                  appSecret: account.appSecret,
                  phoneNumberIds: account.phoneNumberId ? [account.phoneNumberId] : undefined,
                  workspace: config.get('workspace', { infer: true }),
                },
              ]
            : [],
          webhook: verifyToken === undefined ? undefined : { verifyToken },
          metrics: true,
          encryptionKeys: encryptionKey ? [encryptionKey] : [],
          workers: config.get('workers', { infer: true }),
          defaultCountry: config.get('defaultCountry', { infer: true }),
          messagesPerSecond: config.get('messagesPerSecond', { infer: true }),
          unconfirmedAfter: config.get('unconfirmedAfterSeconds', { infer: true }) * 1000,
        };
      },
    }),
  ],
  controllers: [StartController, HealthController, MetricsController],
  providers: [EnvironmentApiKey],
  exports: [WhatsAppModule],
})
export class AppModule {}
