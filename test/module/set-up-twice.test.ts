import { Module } from '@nestjs/common';
import { WhatsAppModule } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optionsFor } from '../support/test-app.js';
import { CapturedLog } from './captured-log.js';
import { database, Host } from './host.js';

describe('An app that sets the module up twice', () => {
  let meta: GraphApiServer;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterAll(() => meta.close());

  const TEXT = /set up 2 times in this app, by AppModule and OrdersModule\. .*isGlobal: true/;

  it.each([false, true])(
    'on one data source is refused with the names of both modules (isGlobal: %s)',
    async (isGlobal) => {
      @Module({ imports: [WhatsAppModule.forRootAsync({ useFactory: () => optionsFor(meta) })] })
      class OrdersModule {}

      const imports = [database(), WhatsAppModule.forRoot({ ...optionsFor(meta), isGlobal }), OrdersModule];
      await expect(Host.start({ imports })).rejects.toThrow(TEXT);
    },
  );

  it('on two data sources is warned once', async () => {
    const logger = new CapturedLog();
    const options = { ...optionsFor(meta), logger };

    @Module({ imports: [WhatsAppModule.forRoot({ ...options, dataSource: 'orders' })] })
    class OrdersModule {}

    const imports = [database(), database({ name: 'orders' }), WhatsAppModule.forRoot(options), OrdersModule];
    await (await Host.start({ imports })).app.close();
    expect(logger.text.split('set up 2 times')).toHaveLength(2);
    expect(logger.text).toMatch(TEXT);
  });

  it('by one module that two others import is left alone', async () => {
    const logger = new CapturedLog();
    const whatsapp = WhatsAppModule.forRoot({ ...optionsFor(meta), logger });

    @Module({ imports: [whatsapp] })
    class OrdersModule {}

    await (await Host.start({ imports: [database(), whatsapp, OrdersModule] })).app.close();
    expect(logger.text).not.toContain('set up');
  });
});
