import { type CanActivate, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Validator } from '@seriousme/openapi-schema-validator';
import { setupWhatsApp, WhatsAppModule, whatsappMigrations, whatsappSecuritySchemes } from 'nestjs-whatsapp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountSurfaces } from '../../lib/http/surfaces.js';
import { apiDocument } from '../support/openapi/api-document.js';
import { bodiesOf } from '../support/openapi/documented-bodies.js';
import { operationsOf } from '../support/openapi/documented-operations.js';
import { schemaProblems } from '../support/openapi/schema-validator.js';
import { adapters, TestApp } from '../support/test-app.js';

const ALL = {
  metaTemplates: true,
  conversations: true,
  messaging: true,
  workspace: true,
  webhook: true,
  console: true,
} as const;

const isValid = async (document: OpenAPIObject) => {
  const { valid, errors } = await new Validator().validate({ ...structuredClone(document) });
  expect(errors ?? []).toEqual([]);
  return valid;
};

const namesOf = (document: OpenAPIObject) => operationsOf(document).map(({ name }) => name);
const idsOf = (document: OpenAPIObject) => operationsOf(document).map(({ operation }) => operation.operationId);

describe.each(adapters)('The API document on $adapter', ({ adapter }) => {
  let app: TestApp;
  let document: OpenAPIObject;

  beforeAll(async () => {
    app = await TestApp.start({ adapter, options: { surfaces: ALL } });
    document = apiDocument(app.app);
  });
  afterAll(() => app[Symbol.asyncDispose]());

  it('is valid', async () => {
    expect(await isValid(document)).toBe(true);
  });

  it('tells of every route of every surface, and of nothing else', () => {
    const routes = mountSurfaces(ALL).flatMap(({ routes: ofSurface }) => ofSurface);
    const expected = routes.map(({ method, path }) => `${method} /${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(namesOf(document).toSorted()).toEqual(expected.toSorted());
  });

  it('has no two operations of one name', () => {
    const ids = idsOf(document);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('post_api_v1_meta_templates_send');
  });

  it('sorts operations by their surface', () => {
    const tags = operationsOf(document).map(({ operation }) => operation.tags?.join(' and '));
    expect(new Set(tags)).toEqual(
      new Set(['Meta templates', 'Conversations', 'Messaging', 'Workspace', 'Webhook', 'Console']),
    );
  });

  it('has schemas of classes by the names of their surfaces, none of them empty', () => {
    const schemas = Object.entries(document.components?.schemas ?? {});
    expect(schemas.map(([name]) => name)).toContain('MessagingSendTemplateDto');
    for (const [name, schema] of schemas) {
      expect(name).toMatch(/^(?:MetaTemplates|Conversations|Messaging|Workspace|Webhook|Console)[A-Z]/);
      expect({ name, fields: Object.keys(Object(schema).properties) }).not.toEqual({ name, fields: [] });
    }
  });

  it('describes every parameter of every path', () => {
    for (const { name, path, operation } of operationsOf(document)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const described = (operation.parameters ?? []).flatMap((parameter) =>
        'in' in parameter && parameter.in === 'path' && parameter.description ? [parameter.name] : [],
      );
      expect({ name, described: new Set(described) }).toEqual({ name, described: new Set(inPath) });
    }
  });

  it('has an example of every body, as its schema says', () => {
    for (const operation of operationsOf(document)) {
      for (const { place, type, schema, example } of bodiesOf(operation)) {
        const body = { of: operation.name, place, type };
        expect({ ...body, schema }).toEqual({ ...body, schema: expect.any(Object) });
        // A form's files cannot be written down in JSON.
        if (type === 'multipart/form-data') continue;
        expect({ ...body, example }).toEqual({ ...body, example: expect.anything() });
        expect({ ...body, problems: schemaProblems(schema ?? {}, example) }).toEqual({ ...body, problems: [] });
      }
    }
  });

  it('has a body for every refusal, in the words of its surface', () => {
    for (const operation of operationsOf(document)) {
      const worded = bodiesOf(operation).filter(({ type }) => type === 'application/json');
      const statuses = Object.keys(operation.operation.responses).filter((status) => Number(status) >= 400);
      expect({ of: operation.name, places: worded.map(({ place }) => place) }).toEqual({
        of: operation.name,
        places: expect.arrayContaining(statuses),
      });
    }
  });

  it('says of every operation that takes keys how it refuses those without', () => {
    const keyed = operationsOf(document).filter(({ operation }) => operation.security);
    expect(keyed.filter(({ operation }) => !Object.keys(operation.responses).includes('401'))).toEqual([]);
  });

  it('says how keys are sent, but of the webhook and of what the console shows to anyone, which take none', () => {
    expect(document.components?.securitySchemes).toEqual(whatsappSecuritySchemes);
    const keys = [{ whatsappApiKey: [] }, { whatsappBearer: [] }];
    for (const { name, operation } of operationsOf(document)) {
      const isOpen = operation.tags?.includes('Webhook') || /\/console(?:$|\/(?!api\/)|\/api\/session)/.test(name);
      expect({ name, security: operation.security ?? [] }).toEqual({ name, security: isOpen ? [] : keys });
    }
  });
});

/** Lets everybody in. */
class HostsGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

/** The API document of an app that mounts the module as often as there are options, each on a data source of its own. */
async function documentOf(
  adapter: (typeof adapters)[number],
  mounts: readonly Parameters<typeof WhatsAppModule.forRoot>[0][],
  globalPrefix = '',
): Promise<OpenAPIObject> {
  const database = { type: 'better-sqlite3', database: ':memory:', autoLoadEntities: true } as const;
  const migrated = { ...database, migrations: whatsappMigrations, migrationsRun: true, retryAttempts: 0 };

  @Module({
    imports: mounts.flatMap((options, index) => {
      const name = index === 0 ? 'default' : `source${index}`;
      return [
        TypeOrmModule.forRoot({ ...migrated, name }),
        WhatsAppModule.forRoot({ ...options, dataSource: name, logger: false }),
      ];
    }),
  })
  class AppModule {}

  const app = await NestFactory.create(AppModule, adapter.create(), { logger: false, abortOnError: false });
  try {
    if (globalPrefix) app.setGlobalPrefix(globalPrefix);
    setupWhatsApp(app);
    await app.init();
    return apiDocument(app);
  } finally {
    await app.close();
  }
}

describe.each(adapters)('An API document on $adapter', (adapter) => {
  it('has the paths that the host mounts surfaces at', async () => {
    const surfaces = { metaTemplates: { prefix: '/tenants/:tenant/v2' }, webhook: { prefix: 'hooks' } };
    const document = await documentOf(adapter, [{ surfaces }], 'global/api');
    expect(await isValid(document)).toBe(true);
    const names = namesOf(document);
    expect(names).toContain('POST /global/api/tenants/{tenant}/v2/meta-templates/send');
    expect(names).toContain('GET /global/api/tenants/{tenant}/v2/meta-templates/bulk-sends/{id}');
    expect(names).toContain('POST /global/api/hooks');
    expect(names.filter((name) => !name.includes(' /global/api/'))).toEqual([]);
  });

  it('tells two mounts of one surface apart', async () => {
    const document = await documentOf(adapter, [
      { surfaces: { metaTemplates: true, conversations: true } },
      { surfaces: { metaTemplates: { prefix: '/second', guards: [HostsGuard] }, webhook: true } },
    ]);
    expect(await isValid(document)).toBe(true);
    const ids = idsOf(document);
    expect(new Set(ids).size).toBe(ids.length);
    expect(namesOf(document)).toEqual(
      expect.arrayContaining(['POST /api/whatsapp/webhook', 'POST /whatsapp/webhook', 'GET /second/contact-lookup']),
    );
    const first = document.paths['/api/v1/contact-lookup']?.get;
    const second = document.paths['/second/contact-lookup']?.get;
    expect(first?.security).toHaveLength(2);
    expect(second).not.toHaveProperty('security');
    expect(first?.responses).toHaveProperty('401');
    expect(second?.responses).not.toHaveProperty('401');
  });
});
