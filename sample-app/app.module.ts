import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { databaseOptions } from './database.js';
import { EnvironmentApiKey } from './environment-api-key.js';
import { HealthController } from './health.controller.js';
import { readSettings, type Settings } from './settings.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [() => readSettings(process.env)] }),
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService<Settings, true>) =>
        databaseOptions(config.get('databaseUrl', { infer: true })),
    }),
    WhatsAppModule.forRootAsync({
      surfaces: { metaTemplates: true },
      inject: [ConfigService],
      useFactory: (config: ConfigService<Settings, true>) => {
        const account = config.get('account', { infer: true });
        const encryptionKey = config.get('encryptionKey', { infer: true });
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
          encryptionKeys: encryptionKey ? [encryptionKey] : [],
          unconfirmedAfter: config.get('unconfirmedAfterSeconds', { infer: true }) * 1000,
        };
      },
    }),
  ],
  controllers: [HealthController],
  providers: [EnvironmentApiKey],
})
export class AppModule {}
