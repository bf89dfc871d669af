import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SkipThrottle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { account, database, graph, verifyToken } from '../environment.js';
import { AuthGuard, Public } from './auth.guard.js';
import { OrdersController } from './orders.controller.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: database }),
    ThrottlerModule.forRoot([{ ttl: 60_000, limit: 100 }]),
    WhatsAppModule.forRootAsync({
      surfaces: {
        // Meta has no token of the app's; its signature is verified instead.
        webhook: { decorators: [Public(), SkipThrottle()] },
        // The global guard has let the caller in: no API key is asked for.
        metaTemplates: { guards: [] },
      },
      useFactory: () => ({ accounts: [account()], graph: graph(), webhook: { verifyToken: verifyToken() } }),
    }),
  ],
  controllers: [OrdersController],
  providers: [
    { provide: APP_GUARD, useClass: ThrottlerGuard },
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
})
export class AppModule {}
