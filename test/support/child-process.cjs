// A process of its own: an app with the built library, which does what it is told over IPC. See child-process.ts.
'use strict';

require('reflect-metadata');
const path = require('node:path');
const { Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { TypeOrmModule } = require('@nestjs/typeorm');

const { LIBRARY, DATABASE_URL, WHATSAPP_OPTIONS } = process.env;
const { MessagesService, WhatsAppModule, whatsappMigrations } = require(path.join(LIBRARY, 'index.js'));

function databaseOptions(url) {
  if (url.startsWith('sqlite:')) return { type: 'better-sqlite3', database: url.slice('sqlite:'.length) };
  if (url.startsWith('postgres')) return { type: 'postgres', url };
  return { type: 'mariadb', url, charset: 'utf8mb4', timezone: 'Z' };
}

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      ...databaseOptions(DATABASE_URL),
      autoLoadEntities: true,
      migrations: whatsappMigrations,
      migrationsRun: true,
      retryAttempts: 0,
    }),
    WhatsAppModule.forRoot(JSON.parse(WHATSAPP_OPTIONS)),
  ],
})(AppModule);

function describeError({ name, code, message, messageId }) {
  return { name, code, message, messageId };
}

async function main() {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  const messages = app.get(MessagesService);

  process.on('message', ({ call, input }) => {
    messages.sendTemplate(input).then(
      ({ id, wamid }) => process.send({ call, sent: { id, wamid } }),
      (error) => process.send({ call, error: describeError(error) }),
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
