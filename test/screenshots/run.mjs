// npm run screenshots
//
// Takes the pictures of the console that the README shows, of the demo that stays: the same people and campaigns each time.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
const images = join(root, 'docs/images');
const LARGEST = 150 * 1024;

const demo = spawn(process.execPath, ['sample-app/dist/demo.js', '--stay'], {
  cwd: root,
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'ignore'],
});

async function placeOf(output) {
  for await (const line of createInterface(output)) {
    const [, address, key] = /^Open (\S+) and sign in with the key (\S+)$/.exec(line) ?? [];
    if (address) return { address, key };
  }
  throw new Error('The demo ended before it said where to sign in.');
}

async function take(page, name) {
  const path = join(images, name);
  // Nothing is under the pointer.
  await page.mouse.move(0, 0);
  await page.screenshot({ path });
  const { size } = await stat(path);
  assert.ok(size <= LARGEST, `${name} has ${size} bytes; at most ${LARGEST} are small.`);
  console.log(`docs/images/${name}: ${Math.round(size / 1024)} KB`);
}

// Root cannot run it otherwise; it shows pages of this repository alone.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
try {
  const { address, key } = await placeOf(demo.stdout);
  demo.stdout.resume();
  const page = await browser.newPage({
    viewport: { width: 1200, height: 740 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'America/Sao_Paulo',
  });
  await mkdir(images, { recursive: true });
  await page.goto(address);
  await page.fill('input[name=key]', key);
  await page.keyboard.press('Enter');

  await page.getByRole('link', { name: 'Bulk sends' }).click();
  await page.getByRole('link', { name: 'Novidades de dezembro' }).click();
  // More than half of it, so that the curve has a shape.
  await page.waitForFunction(
    `document.querySelector('.panel [role=progressbar]')?.getAttribute('aria-valuenow') >= 62`,
    undefined,
    { timeout: 120_000 },
  );
  await take(page, 'console-bulk-send.png');

  await page.getByRole('link', { name: 'Inbox' }).click();
  await page.locator('.conversation a').nth(1).click();
  await page.locator('.thread li').first().waitFor();
  await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
  await take(page, 'console-inbox.png');
} finally {
  await browser.close();
  demo.kill('SIGTERM');
  if (demo.exitCode === null) await once(demo, 'exit');
}
