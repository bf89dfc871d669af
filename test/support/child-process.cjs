// A process of its own: an app with the built library, which does what it is told over IPC. See child-process.ts.
'use strict';

require('reflect-metadata');
const path = require('node:path');
const { appendFileSync } = require('node:fs');
const { setTimeout: delay } = require('node:timers/promises');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { TypeOrmModule } = require('@nestjs/typeorm');

const { LIBRARY, DATABASE_URL, REDIS_URL, WHATSAPP_OPTIONS, EVENTS_FILE } = process.env;
const library = require(path.join(LIBRARY, 'index.js'));
const { BulkService, MessagesService, WebhooksService, WhatsAppModule, whatsappMigrations } = library;

function databaseOptions(url) {
  if (url.startsWith('sqlite:')) return { type: 'better-sqlite3', database: url.slice('sqlite:'.length) };
  if (url.startsWith('postgres')) return { type: 'postgres', url };
  return { type: 'mariadb', url, charset: 'utf8mb4', timezone: 'Z' };
}

/** Loaded only where it is used, as hosts do. */
const bullModules = () => (REDIS_URL ? [require('@nestjs/bull').BullModule.forRoot({ url: REDIS_URL })] : []);

/** Writes down the id of every event, where somebody wants to know. */
class EventsFile {
  note({ id }) {
    appendFileSync(EVENTS_FILE, `${id}\n`);
  }
}
const note = Object.getOwnPropertyDescriptor(EventsFile.prototype, 'note');
for (const on of [library.OnInboundMessage(), library.OnMessageStatus()]) on(EventsFile.prototype, 'note', note);

class AppModule {}
Module({
  imports: [
    ...bullModules(),
    TypeOrmModule.forRoot({
      ...databaseOptions(DATABASE_URL),
      autoLoadEntities: true,
      migrations: whatsappMigrations,
      migrationsRun: true,
      retryAttempts: 0,
    }),
    WhatsAppModule.forRoot(JSON.parse(WHATSAPP_OPTIONS)),
  ],
  providers: EVENTS_FILE ? [EventsFile] : [],
})(AppModule);

function describeError({ name, code, message, messageId }) {
  return { name, code, message, messageId };
}

/** Recipients that come one after the other, with a pause now and then, so that they can be broken off in the middle. */
async function* oneByOne(recipients, pause) {
  for (const [index, recipient] of recipients.entries()) {
    if (pause && index % pause.every === 0) await delay(pause.ms);
    yield recipient;
  }
}

function commandsOf(app) {
  const [messages, bulk, webhooks] = [app.get(MessagesService), app.get(BulkService), app.get(WebhooksService)];
  return {
    async sendTemplate(input) {
      const { id, wamid } = await messages.sendTemplate(input);
      return { id, wamid };
    },
    async createBulkSend({ recipients, pause, ...input }) {
      const { id } = await bulk.create({ ...input, recipients: oneByOne(recipients, pause) });
      return { id };
    },
    getBulkSend: ({ id }) => bulk.get(id),
    async receiveWebhook({ body, signature }) {
      await webhooks.receive(Buffer.from(body), signature);
      return {};
    },
  };
}

const answer = (message) => process.connected && process.send(message);

async function main() {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  app.enableShutdownHooks(['SIGTERM']);
  const commands = commandsOf(app);

  process.on('message', ({ call, command, input }) => {
    commands[command](input).then(
      (result) => answer({ call, result }),
      (error) => answer({ call, error: describeError(error) }),
    );
  });
  // The test is over, or its worker died.
  process.on('disconnect', () => {
    void app.close().finally(() => process.exit());
  });
  process.send({ ready: true });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
