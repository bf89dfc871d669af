// npm run fuzz -- --seed 7 --requests 20000 --webhooks 5000
//
// Tries every endpoint on both HTTP servers and all three databases with requests that are generated from the API document, well-formed and broken, and signed
// webhooks with edits. The same seed makes the same requests; what fails is shrunk, and printed as a line for curl.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const PAIRS = 6;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    requests: { type: 'string', default: '20000' },
    webhooks: { type: 'string', default: '5000' },
  },
});

console.log(`Seed ${values.seed}: ${values.requests} requests, ${values.webhooks} webhooks.`);
const { status } = spawnSync('npx', ['vitest', 'run', 'test/fuzz', '--maxWorkers=1'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    FUZZ_SEED: values.seed,
    // Each pair of an HTTP server and a database gets its share.
    FUZZ_REQUESTS: String(Math.ceil(Number(values.requests) / PAIRS)),
    FUZZ_WEBHOOKS: String(Math.ceil(Number(values.webhooks) / PAIRS)),
  },
});
process.exitCode = status ?? 1;
