import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { services } from './services/catalogue.js';
import { freePort } from './services/free-port.js';
import { type ObtainedService, obtainService } from './services/obtain-service.js';
import { requireServices } from './services/require-services.js';
import { ServiceDesk } from './services/service-desk.js';
import { serviceNames } from './services/service.js';
import { summaryOfNotRun } from './services/summary.js';

it.each(serviceNames)('a URL of %s that no one answers is reported, with the variable that names it', async (name) => {
  const protocol = name === 'chromium' ? 'http' : name;
  const url = `${protocol}://127.0.0.1:${await freePort()}/x`;
  const service = { ...services[name], isInstalled: () => Promise.resolve(false) };
  const { state } = await obtainService(service, { [service.urlVariable]: url });
  expect(state).toMatchObject({ available: false, reason: expect.stringMatching(service.urlVariable) });
  expect(state).toMatchObject({ reason: expect.stringMatching('ECONNREFUSED') });
});

it('a server that is installed but does not start is missing, not an error', async () => {
  const service = {
    ...services.redis,
    isInstalled: () => Promise.resolve(true),
    start: () => Promise.reject(new Error('redis did not start: no memory')),
  };
  const { state } = await obtainService(service, {});
  expect(state).toEqual({ available: false, reason: 'redis did not start: no memory' });
});

it('where services are required, missing ones fail the run with the lines that install them', async () => {
  const desk = new ServiceDesk({ TEST_WITHOUT: serviceNames.join() });
  await expect(requireServices(desk)).rejects.toThrow(
    /4 of 4 missing:\nPostgreSQL .*: apt-get install -y postgresql\nMariaDB .*mariadb-server\nRedis .*redis-server\nChromium .*chromium/,
  );
});

it('the summary counts the tests and names the suites that a missing service cost', () => {
  const missing: ObtainedService = {
    state: { available: false, reason: 'not installed' },
    stop: () => Promise.resolve(),
  };
  const lines = summaryOfNotRun(new Map([['mariadb', missing]]), [
    { service: 'mariadb', suite: 'contacts on MariaDB', tests: 36 },
    { service: 'mariadb', suite: 'messages on MariaDB', tests: 1 },
  ]);
  expect(lines).toEqual([
    'Not run: 1 service missing',
    '  MariaDB (37 tests; not installed): apt-get install -y mariadb-server',
    '    contacts on MariaDB (36 tests)',
    '    messages on MariaDB (1 test)',
  ]);
});

it('a private server ends, and its directory goes, when the run that started it is gone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'whatsapp-supervised-'));
  const server = [process.execPath, '-e', "console.log('up'); setInterval(() => {}, 1e6)"];
  const supervisor = fileURLToPath(new URL('./services/supervise.mjs', import.meta.url));
  const child = spawn(process.execPath, [supervisor, JSON.stringify({ directory, signal: 'SIGTERM', server })]);
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  child.stdin.end();
  await exited;
  expect(existsSync(directory)).toBe(false);
});
