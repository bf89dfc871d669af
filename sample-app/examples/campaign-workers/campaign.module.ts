import { BullModule } from '@nestjs/bull';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { account, database, graph } from '../environment.js';

/** What the web process and the workers have in common. */
@Module({})
export class CampaignModule {
  static forRoot({ workers, controllers }: { workers: boolean; controllers: Type[] }): DynamicModule {
    return {
      module: CampaignModule,
      imports: [
        TypeOrmModule.forRootAsync({ useFactory: database }),
        BullModule.forRootAsync({ useFactory: () => ({ url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' }) }),
        WhatsAppModule.forRootAsync({
          queue: { driver: 'bull', prefix: process.env.REDIS_PREFIX },
          useFactory: () => ({ accounts: [account()], graph: graph(), workers }),
        }),
      ],
      controllers,
    };
  }
}
