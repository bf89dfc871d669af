import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { account, database, graph, verifyToken } from '../environment.js';
import { BotService } from './bot.service.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: database }),
    WhatsAppModule.forRootAsync({
      surfaces: { webhook: true },
      useFactory: () => ({ accounts: [account()], graph: graph(), webhook: { verifyToken: verifyToken() } }),
    }),
  ],
  providers: [BotService],
})
export class AppModule {}
