import { bootstrap } from './bootstrap.js';

bootstrap().then(
  async (app) => console.log(`Listening on ${await app.getUrl()}`),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
