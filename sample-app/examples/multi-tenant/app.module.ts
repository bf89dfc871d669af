import { randomBytes } from 'node:crypto';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { database, graph } from '../environment.js';
import { TenantsController } from './tenants.controller.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: database }),
    WhatsAppModule.forRootAsync({
      surfaces: { metaTemplates: true },
      useFactory: () => ({
        graph: graph(),
        // One that is made anew at each start is for trying the example out: what it encrypted is lost with it.
        encryptionKeys: [process.env.ENCRYPTION_KEY ?? randomBytes(32).toString('base64')],
      }),
    }),
  ],
  controllers: [TenantsController],
})
export class AppModule {}
