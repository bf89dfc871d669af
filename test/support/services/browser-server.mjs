// node browser-server.mjs <program> <port>
//
// A browser that several test processes use at once. Over its own protocol each of them would follow the pages of all
// the others as well; here each sees its own.
import { chromium } from 'playwright-core';

const [program, port] = process.argv.slice(2);
await chromium.launchServer({
  executablePath: program,
  host: '127.0.0.1',
  port: Number(port),
  wsPath: '/',
  // It shows pages of this repository alone, and root cannot run it otherwise.
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-dev-shm-usage'],
});
