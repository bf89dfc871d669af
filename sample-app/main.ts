import { bootstrap } from './bootstrap.js';

bootstrap().then(
  async (app) => {
    console.log(`Listening on ${await app.getUrl()}`);
    // Nest's own shutdown hooks end the process by the signal; a clean end is exit code 0.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void app.close());
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
