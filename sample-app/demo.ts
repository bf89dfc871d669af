import { runDemo } from './demo-run.js';

/** With `--stay` it goes on until Ctrl+C. */
function stayed(): AbortSignal | undefined {
  if (!process.argv.includes('--stay')) return undefined;
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  return ending.signal;
}

runDemo({ stay: stayed() }).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
