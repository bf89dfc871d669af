import { fileURLToPath } from 'node:url';
import { findProgram } from './find-program.js';
import { startPrivateServer } from './private-server.js';
import type { Service } from './service.js';

async function ping(url: string): Promise<void> {
  const answer = await fetch(url.replace(/^ws/, 'http'));
  if (!answer.ok) throw new Error(`It answers ${answer.status}.`);
}

// The browser without windows opens pages with less work. On the PATH it is a script, which keeps signals from it.
const findBrowser = async () =>
  (await findProgram('chromium-headless-shell', ['/usr/lib/chromium'])) ??
  (await findProgram('chromium')) ??
  (await findProgram('google-chrome'));

const SERVER = fileURLToPath(new URL('./browser-server.mjs', import.meta.url));

/** A browser that tests open contexts in. */
export const chromium: Service = {
  name: 'chromium',
  title: 'Chromium',
  urlVariable: 'TEST_CHROMIUM_URL',
  install: 'apt-get install -y chromium',
  ping,
  isInstalled: async () => (await findBrowser()) !== undefined,
  async start() {
    const browser = await findBrowser();
    if (!browser) throw new Error('chromium was not found.');
    return startPrivateServer({
      name: 'chromium',
      account: undefined,
      signal: 'SIGTERM',
      server: (_directory, port) => [process.execPath, SERVER, browser, String(port)],
      url: (port) => `ws://127.0.0.1:${port}/`,
      ping,
    });
  },
};
