import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeysService, WhatsAppModule } from 'nestjs-whatsapp';
import { account, database, graph, verifyToken } from '../environment.js';

/** Takes a key that the deployment already has. */
@Injectable()
class EnvironmentKey implements OnApplicationBootstrap {
  constructor(private readonly apiKeys: ApiKeysService) {}

  async onApplicationBootstrap(): Promise<void> {
    const key = process.env.WHATSAPP_API_KEY ?? 'example-api-key-1234';
    await this.apiKeys.register({ key, name: 'WHATSAPP_API_KEY' });
  }
}

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: database }),
    WhatsAppModule.forRootAsync({
      surfaces: { metaTemplates: true, webhook: true, console: true },
      useFactory: () => ({ accounts: [account()], graph: graph(), webhook: { verifyToken: verifyToken() } }),
    }),
  ],
  providers: [EnvironmentKey],
})
export class AppModule {}
