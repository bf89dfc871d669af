import { findProgram } from './find-program.js';
import { startPrivateServer } from './private-server.js';
import type { Service } from './service.js';

async function ping(url: string): Promise<void> {
  const answer = await fetch(`${url}/json/version`);
  if (!answer.ok) throw new Error(`It answers ${answer.status}.`);
}

const find = async () => (await findProgram('chromium')) ?? (await findProgram('google-chrome'));

/** A browser that tests open contexts in. */
export const chromium: Service = {
  name: 'chromium',
  title: 'Chromium',
  urlVariable: 'TEST_CHROMIUM_URL',
  install: 'apt-get install -y chromium',
  ping,
  isInstalled: async () => (await find()) !== undefined,
  async start() {
    const browser = await find();
    if (!browser) throw new Error('chromium was not found.');
    return startPrivateServer({
      name: 'chromium',
      account: undefined,
      signal: 'SIGTERM',
      server: (directory, port) => [
        browser,
        '--headless=new',
        // It shows pages of this repository alone, and root cannot run it otherwise.
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--no-first-run',
        `--user-data-dir=${directory}/profile`,
        `--remote-debugging-port=${port}`,
        'about:blank',
      ],
      url: (port) => `http://127.0.0.1:${port}`,
      ping,
    });
  },
};
