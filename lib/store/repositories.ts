import { Inject, type Provider, type Type } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { WHATSAPP_DATA_SOURCE } from './data-source.provider.js';

// Tokens of the module's own: the host may keep its own repositories, on another data source, under TypeORM's.
export const repositoryToken = (entity: Type): string => `WhatsAppRepository:${entity.name}`;

/** Injects the repository of one of the module's entities, on the data source that the module was given. */
export const InjectWhatsAppRepository = (entity: Type): ParameterDecorator => Inject(repositoryToken(entity));

export function repositoryProviders(entities: readonly Type[]): Provider[] {
  return entities.map((entity) => ({
    provide: repositoryToken(entity),
    inject: [WHATSAPP_DATA_SOURCE],
    useFactory: (dataSource: DataSource) => dataSource.getRepository(entity),
  }));
}
