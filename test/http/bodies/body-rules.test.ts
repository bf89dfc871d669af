import { createHmac } from 'node:crypto';
import {
  Body,
  Controller,
  HttpCode,
  type INestApplication,
  type LoggerService,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  Post,
} from '@nestjs/common';
import bodyParser from 'body-parser';
import { setupWhatsApp, WhatsAppModule } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CapturedLog } from '../../module/captured-log.js';
import { database, Host, sampleSend } from '../../module/host.js';
import { adapters, optionsFor } from '../../support/test-app.js';
import { rawRequest } from './raw-request.js';

const APP_SECRET = 'app-secret-of-the-body-rules';
const JSON_BODY = { 'content-type': 'application/json' };
const DEEP = `{"a":${'['.repeat(200)}${']'.repeat(200)}}`;

/** Paths that a router may or may not take for a surface's, and one of the host's that only looks like it. */
const ODD_PATHS = [
  '/whatsapp/webhook#',
  '/whatsapp/webhook#x',
  '/whatsapp/webhoo%6b',
  '/whatsapp/webhoo%256b',
  '/whatsapp/webhook%2f',
  '/whatsapp/webhook;x=1',
  '/whatsapp//webhook',
  '//whatsapp/webhook',
  '/whatsapp/./webhook',
  '/x/../whatsapp/webhook',
  '/WhatsApp/Webhook',
  '/whatsapp/webhook/',
  '/whatsapp/webhook//',
  '/whatsapp/webhook?x#y',
  '/whatsapp/webhook%',
  '/whatsapp/webhook%00',
  'http://elsewhere.example/whatsapp/webhook',
];

const errorsIn = ({ lines }: CapturedLog): readonly string[] => lines.filter((line) => line.startsWith('error'));

/** Its routes end like a surface's, or could be one's parameters. */
@Controller()
class LookalikesController {
  @Post(['admin/whatsapp/webhook', 'admin/api/v1/meta-templates/send', 'api/v1/shop/contacts'])
  @HttpCode(200)
  take(@Body() body: unknown) {
    return { host: body };
  }
}

describe.each(adapters)('a body on $adapter', ({ adapter }) => {
  let meta: GraphApiServer;
  let host: Host;
  let key: Record<string, string>;
  const log = new CapturedLog();

  const start = (main?: (app: INestApplication) => void, logger?: LoggerService) =>
    Host.start({
      adapter,
      controllers: [LookalikesController],
      imports: [
        database(),
        WhatsAppModule.forRoot({
          ...optionsFor(meta),
          accounts: optionsFor(meta).accounts?.map((account) => ({ ...account, appSecret: APP_SECRET })),
          logger: logger ?? log,
          surfaces: { webhook: true, metaTemplates: true, messaging: true, workspace: true },
        }),
      ],
      ...(main && { main }),
    });

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true, limits: { pair: false } });
    host = await start();
    key = await host.newKey();
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await meta.close();
  });
  beforeEach(() => {
    log.lines.length = 0;
  });

  it.each(ODD_PATHS)('of a webhook at %s has all rules of a webhook, or none of them', async (path) => {
    const bodies = ['{"entry":[]}', '{"entry":', DEEP, 'x'.repeat(200_000), ''];
    const answers = await Promise.all(bodies.map((body) => rawRequest(host.url, path, { headers: JSON_BODY, body })));
    const statuses = answers.map(
      ({ status, text }) => `${status} ${text.includes('WEBHOOK_SIGNATURE') ? 'of a webhook' : ''}`,
    );
    // A webhook without a signature is refused as one, whatever its body; any other request is the host's, which may refuse it.
    expect([/^(401 of a webhook,?)+$/, /^(4(00|04|13) ,?)+$/].some((pattern) => pattern.test(statuses.join()))).toBe(
      true,
    );
    expect(errorsIn(log)).toEqual([]);
  });

  it.each(['/whatsapp/webhook', '/whatsapp/webhook#', '/whatsapp/webhook/'])(
    'of a webhook at %s may be signed',
    async (path) => {
      const body = '{"object":"whatsapp_business_account","entry":[]}';
      const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`;
      const headers = { ...JSON_BODY, 'x-hub-signature-256': signature };
      expect(await rawRequest(host.url, path, { headers, body })).toMatchObject({ status: 200 });
    },
  );

  it.each(['/api/v1/meta-templates/send#', '/api/v1/meta-templates/sen%64', '/api/v1/meta-templates/send/#x?y'])(
    'at %s has the limit for depth, or is not served',
    async (path) => {
      const answer = await rawRequest(host.url, path, { headers: { ...JSON_BODY, ...key }, body: DEEP });
      expect(`${answer.status} ${answer.text}`).toMatch(/^404|^400.*nests deeper/);
    },
  );

  it.each(['/admin/whatsapp/webhook', '/admin/api/v1/meta-templates/send', '/api/v1/shop/contacts'])(
    'at the host’s own %s is the host’s',
    async (path) => {
      expect(await host.call('POST', path, { product: 'tea' })).toMatchObject({ body: { host: { product: 'tea' } } });
      const form = await host.call('POST', path, 'product=tea', {
        'content-type': 'application/x-www-form-urlencoded',
      });
      expect(form).toMatchObject({ body: { host: { product: 'tea' } } });
    },
  );

  describe('of 5 MB from a stranger', () => {
    const large = `{"recipients":[${'{},'.repeat(1_600_000)}{}]}`;

    it.each(['/api/v1/meta-templates/send-bulk', '/whatsapp/api/send-message', '/api/v1/acme/messages/send'])(
      'to %s is not parsed, and the answer arrives',
      async (path) => {
        const parse = JSON.parse;
        let parsed = 0;
        JSON.parse = (text: string, reviver?: (this: unknown, key: string, value: unknown) => unknown): unknown => {
          if (text.length > 1_000_000) parsed += 1;
          return parse(text, reviver);
        };
        try {
          const wrong = { ...JSON_BODY, 'x-api-key': 'whatsapp_wrong-wrong-wrong' };
          const answers = [
            await rawRequest(host.url, path, { headers: JSON_BODY, body: large }),
            await rawRequest(host.url, path, { headers: wrong, body: large }),
          ];
          expect(answers.map(({ status }) => status)).toEqual([401, 401]);
          expect(parsed).toBe(0);
        } finally {
          JSON.parse = parse;
        }
      },
    );
  });

  it('without a content type is read as JSON where the documented API does so', async () => {
    const body = JSON.stringify({ phone: '+5491112345678', message: 'Hola' });
    expect(await rawRequest(host.url, '/whatsapp/api/send-message/', { headers: key, body })).toMatchObject({
      status: 200,
    });
    const elsewhere = await rawRequest(host.url, '/api/v1/meta-templates/send/', { headers: key, body });
    expect(elsewhere).toMatchObject({ status: 400, text: expect.stringContaining('Content-Type') });
  });

  describe.runIf(adapter === 'Express')('that another parser read first', () => {
    it('is skipped by a parser of body-parser’s, wherever that is mounted', async () => {
      await using early = await start((app) => {
        app.use(bodyParser.json({ limit: 100 }));
        setupWhatsApp(app);
      });
      const itsKey = await early.newKey();
      expect(await early.call('POST', '/api/v1/meta-templates/send', sampleSend.body(meta), itsKey)).toMatchObject({
        status: 200,
      });
      expect(await early.call('POST', '/admin/whatsapp/webhook', { long: 'x'.repeat(200) })).toMatchObject({
        status: 413,
      });
    });

    it('is taken as that left it, within the limit for depth; a webhook says what to mend', async () => {
      const own = new CapturedLog();

      @Module({})
      class ParsingModule implements NestModule {
        configure(consumer: MiddlewareConsumer): void {
          consumer.apply(bodyParser.json()).forRoutes('{*path}');
        }
      }

      await using parsing = await Host.start({
        imports: [
          ParsingModule,
          database(),
          WhatsAppModule.forRoot({
            ...optionsFor(meta),
            logger: own,
            surfaces: { webhook: true, metaTemplates: true },
          }),
        ],
      });
      const itsKey = await parsing.newKey();
      const path = '/api/v1/meta-templates/send';
      expect(await parsing.call('POST', path, sampleSend.body(meta), itsKey)).toMatchObject({ status: 200 });
      expect(await parsing.call('POST', path, DEEP, itsKey)).toMatchObject({ status: 400 });
      expect(await parsing.call('POST', '/whatsapp/webhook', { entry: [] })).toMatchObject({ status: 500 });
      expect(errorsIn(own).join()).toMatch(
        /Another body parser read the body of POST \/whatsapp\/webhook first.*let it skip the paths/s,
      );
    });
  });
});
