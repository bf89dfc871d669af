import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { account, database, graph } from '../environment.js';
import { WelcomeController } from './welcome.controller.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: database }),
    WhatsAppModule.forRootAsync({ useFactory: () => ({ accounts: [account()], graph: graph() }) }),
  ],
  controllers: [WelcomeController],
})
export class AppModule {}
