import { bootstrap } from './bootstrap.js';

async function main(): Promise<void> {
  const app = await bootstrap();
  // Nest's own shutdown hooks end the process by the signal; a clean end is exit code 0.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void app.close());
  console.log(`Listening on ${await app.getUrl()}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  // What was opened before the failure, a database pool say, would keep the process alive.
  process.exit(1);
});
