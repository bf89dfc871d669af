// node test/sample-app/start.mjs
//
// Starts the sample app as `npm start` does, after `npm run build`, and ends it as a process manager does.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'whatsapp-sample-app-'));

const start = (environment) =>
  spawn(process.execPath, ['sample-app/dist/main.js'], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'app.sqlite')}`, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function addressOf(app) {
  for await (const line of createInterface(app.stdout)) {
    const [, address] = /^Listening on (\S+)$/.exec(line) ?? [];
    if (address) return address;
  }
  throw new Error('The sample app ended before it listened.');
}

try {
  const app = start({});
  app.stderr.resume();
  const health = await fetch(`${await addressOf(app)}/health`);
  assert.equal(health.status, 200);
  app.stdout.resume();
  app.kill('SIGTERM');
  assert.deepEqual(await once(app, 'exit'), [0, null], 'SIGTERM must end the app with exit code 0');

  const wrong = start({ DATABASE_URL: 'oracle://nowhere' });
  wrong.stdout.resume();
  const [errors, [code]] = await Promise.all([text(wrong.stderr), once(wrong, 'exit')]);
  assert.equal(code, 1);
  assert.match(errors, /DATABASE_URL must begin with sqlite:, postgres:\/\/ or mysql:\/\//);
  console.log('The sample app starts, answers, ends cleanly and says what is wrong.');
} finally {
  await rm(folder, { recursive: true, force: true });
}
