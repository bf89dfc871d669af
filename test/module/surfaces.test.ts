import { Controller, Get, type INestApplication, type VersioningOptions, VersioningType } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { setupWhatsApp, WhatsAppModule, type WhatsAppModuleExtras } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adapters, optionsFor } from '../support/test-app.js';
import { database, Host, sampleSend } from './host.js';

/** That `setupWhatsApp` knows a path, too, shows in how a body is answered that cannot be read. */
async function statusesOfUnreadableBodies(host: Host, prefix: string): Promise<string[]> {
  const key = await host.newKey();
  const calls = ['', '/'].map((slash) => host.call('POST', `${prefix}/meta-templates/send${slash}`, '{"a":', key));
  return (await Promise.all(calls)).map(({ status, body }) => `${status} ${body.code}`);
}

const READ = ['400 VALIDATION_ERROR', '400 VALIDATION_ERROR'];

describe.each(adapters)('a surface on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true, limits: { pair: false } });
  });
  afterAll(() => meta.close());

  @Controller('orders')
  class OrdersController {
    @Get()
    list() {
      return ['host'];
    }
  }

  const start = (surfaces?: WhatsAppModuleExtras['surfaces'], prepare: (app: INestApplication) => void = () => {}) =>
    Host.start({
      adapter,
      imports: [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces })],
      controllers: [OrdersController],
      main: (app) => {
        prepare(app);
        setupWhatsApp(app);
      },
    });

  /** Statuses of the surface's calls under a prefix, with and without a slash at the end. */
  async function statusesAt(host: Host, prefix: string): Promise<number[]> {
    const key = await host.newKey();
    const answers = await Promise.all(
      ['', '/'].flatMap((slash) => [
        host.call('POST', `${prefix}/meta-templates/send${slash}`, sampleSend.body(meta), key),
        host.call('GET', `${prefix}/business-accounts${slash}`, undefined, key),
      ]),
    );
    return answers.map(({ status }) => status);
  }

  const OK = [200, 200, 200, 200];
  const ABSENT = [404, 404, 404, 404];

  it.each<[string, WhatsAppModuleExtras['surfaces']]>([
    ['unless it is named', undefined],
    ['when others are', {}],
    ['when it is false', { metaTemplates: false }],
  ])('is off %s', async (_, surfaces) => {
    await using host = await start(surfaces);
    expect(await statusesAt(host, '/api/v1')).toEqual(ABSENT);
    expect(await host.call('GET', '/orders')).toMatchObject({ body: ['host'] });
  });

  it.each<[string, WhatsAppModuleExtras['surfaces'], string]>([
    ['at its own prefix', { metaTemplates: true }, '/api/v1'],
    ['at its own prefix when only other options are given', { metaTemplates: {} }, '/api/v1'],
    ['at another prefix', { metaTemplates: { prefix: '/whatsapp' } }, '/whatsapp'],
    ['at a prefix without or with slashes', { metaTemplates: { prefix: 'whatsapp/v1/' } }, '/whatsapp/v1'],
    ['at a prefix with a parameter', { metaTemplates: { prefix: '/shops/:shop/api' } }, '/shops/north/api'],
    ['at no prefix', { metaTemplates: { prefix: '' } }, ''],
  ])('answers %s', async (_, surfaces, prefix) => {
    await using host = await start(surfaces);
    expect(await statusesAt(host, prefix)).toEqual(OK);
    expect(await statusesOfUnreadableBodies(host, prefix)).toEqual(READ);
    expect(await statusesAt(host, '/api/v1')).toEqual(prefix === '/api/v1' ? OK : ABSENT);
  });

  it('answers under the global prefix of the host alone', async () => {
    await using host = await start({ metaTemplates: true }, (app) => app.setGlobalPrefix('backend'));
    expect(await statusesAt(host, '/backend/api/v1')).toEqual(OK);
    expect(await statusesOfUnreadableBodies(host, '/backend/api/v1')).toEqual(READ);
    expect(await statusesAt(host, '/api/v1')).toEqual(ABSENT);
    expect(await host.call('GET', '/backend/orders')).toMatchObject({ body: ['host'] });
  });

  it.each<[string, VersioningOptions]>([
    ['in paths', { type: VersioningType.URI, defaultVersion: '3' }],
    ['in paths, without a default', { type: VersioningType.URI }],
    ['in a header', { type: VersioningType.HEADER, header: 'x-version', defaultVersion: '3' }],
    ['in the media type', { type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: ['3', '4'] }],
    ['of its own making', { type: VersioningType.CUSTOM, extractor: () => '3', defaultVersion: '3' }],
  ])('answers at its own path where the host has versions %s', async (_, versioning) => {
    await using host = await start({ metaTemplates: true }, (app) => {
      app.setGlobalPrefix('backend');
      app.enableVersioning(versioning);
    });
    expect(await statusesAt(host, '/backend/api/v1')).toEqual(OK);
    expect(await statusesOfUnreadableBodies(host, '/backend/api/v1')).toEqual(READ);
    const orders = versioning.type === VersioningType.URI && versioning.defaultVersion ? '/v3/orders' : '/orders';
    const headers = { 'x-version': '3', accept: 'application/json;v=3' };
    expect(await host.call('GET', `/backend${orders}`, undefined, headers)).toMatchObject({ body: ['host'] });
  });

  it('answers under a version of its own when it is given one', async () => {
    await using host = await start({ metaTemplates: { version: '2' } }, (app) =>
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '3' }),
    );
    expect(await statusesAt(host, '/v2/api/v1')).toEqual(OK);
    expect(await statusesOfUnreadableBodies(host, '/v2/api/v1')).toEqual(READ);
    expect(await statusesAt(host, '/api/v1')).toEqual(ABSENT);
  });

  it('leaves the routes of the host next to it alone, also under its own prefix', async () => {
    @Controller('api/v1/invoices')
    class InvoicesController {
      @Get()
      list() {
        return ['host'];
      }
    }

    await using host = await Host.start({
      adapter,
      imports: [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { metaTemplates: true } })],
      controllers: [InvoicesController],
    });
    expect(await host.call('GET', '/api/v1/invoices')).toMatchObject({ status: 200, body: ['host'] });
    expect(await statusesAt(host, '/api/v1')).toEqual(OK);
  });

  it('is mounted by each app of a process at a prefix of its own', async () => {
    await using first = await start({ metaTemplates: { prefix: '/first' } });
    await using second = await start({ metaTemplates: { prefix: '/second' } });
    expect(await statusesAt(first, '/first')).toEqual(OK);
    expect(await statusesAt(second, '/second')).toEqual(OK);
    expect(await statusesAt(first, '/second')).toEqual(ABSENT);
  });
});

describe('a surface on an Express, which does not distinguish capitals from small letters,', () => {
  it('words what is wrong with a body in its own way, however its path is written', async () => {
    await using meta = await GraphApiServer.start({ sample: true });
    await using host = await Host.start({
      imports: [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { metaTemplates: true } })],
    });
    expect(await statusesOfUnreadableBodies(host, '/API/V1')).toEqual(READ);
  });
});

describe('a surface on a Fastify of the host', () => {
  it.each([
    ['ignores slashes at the end', { routerOptions: { ignoreTrailingSlash: true } }],
    ['ignores them as in Fastify 4', { ignoreTrailingSlash: true }],
    ['ignores capitals', { routerOptions: { caseSensitive: false } }],
    ['ignores double slashes', { routerOptions: { ignoreDuplicateSlashes: true } }],
  ])('that %s answers with and without a slash at the end', async (_, options) => {
    await using meta = await GraphApiServer.start({ sample: true });
    await using host = await Host.start({
      adapter: new FastifyAdapter(options),
      imports: [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { metaTemplates: true } })],
    });
    const key = await host.newKey();
    for (const slash of ['', '/']) {
      expect(await host.call('GET', `/api/v1/business-accounts${slash}`, undefined, key)).toMatchObject({
        status: 200,
      });
      const answer = await host.call('POST', `/api/v1/meta-templates/send${slash}`, sampleSend.body(meta), key);
      expect(answer).toMatchObject({ status: 200 });
    }
  });
});
