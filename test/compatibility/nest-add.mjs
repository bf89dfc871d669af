import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { compiledDriverVersion, completeInstallation, readManifest } from './install-fixture.mjs';
import { npm } from './npm.mjs';

const CUSTOMER = '+5491112345678';
const START_MS = 60_000;

/** For the package managers that Nest's CLI and its schematics call. */
const INSTALLATION = {
  npm_config_ignore_scripts: 'true',
  npm_config_prefer_offline: 'true',
  npm_config_package_lock: 'false',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
};

/**
 * Runs `nest add` in a new app, which is as it was afterwards but for what is installed. What a user does: the command, two edits
 * in .env, and the app's tests run, it starts, and a message arrives at the stand-in for Meta.
 */
export async function checkNestAdd(major, directory, tarball) {
  // Not in the app: its test runner would find the tests there.
  const before = `${directory}-before`;
  await mkdir(before);
  for (const name of ['src', 'package.json']) await cp(join(directory, name), join(before, name), { recursive: true });
  await cp(tarball, join(directory, basename(tarball)));
  await useCompiledDriver(directory);

  await nestAdd(major, directory, `nestjs-whatsapp@file:${basename(tarball)}`, '--surfaces=console,metaTemplates');
  await completeInstallation(directory);
  const { dependencies } = await readManifest(directory);
  assert.equal(dependencies['@nestjs/typeorm'], `^${major}.0.0`);
  const tested = await npm(['test'], directory);
  await sendFirstMessage(directory);
  const edited = await readFile(join(directory, 'src/app.module.ts'), 'utf8');
  await nestAdd(major, directory, 'nestjs-whatsapp', '--skip-install');
  assert.equal(await readFile(join(directory, 'src/app.module.ts'), 'utf8'), edited, 'It was added twice.');

  for (const name of ['src', 'dist', 'package.json', '.env', '.env.example', 'app.sqlite', basename(tarball)]) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
  for (const name of ['src', 'package.json']) await rename(join(before, name), join(directory, name));
  return tested;
}

/** The driver that was compiled here, as if the app had it: to compile another one takes a minute. */
async function useCompiledDriver(directory) {
  const manifest = await readManifest(directory);
  const dependencies = { ...manifest.dependencies, 'better-sqlite3': await compiledDriverVersion() };
  await writeFile(join(directory, 'package.json'), JSON.stringify({ ...manifest, dependencies }, undefined, 2));
}

async function nestAdd(major, directory, ...options) {
  const cli = [`--package=@nestjs/cli@${major}`, `--package=@nestjs/schematics@${major}`];
  await npm(['exec', '--yes', '--prefer-offline', ...cli, '--', 'nest', 'add', ...options], directory, INSTALLATION);
}

async function sendFirstMessage(directory) {
  const { GraphApiServer } = createRequire(join(directory, 'package.json'))('nestjs-whatsapp/testing');
  const meta = await GraphApiServer.start({ sample: true });
  try {
    const file = join(directory, '.env');
    const env = await readFile(file, 'utf8');
    // The two edits.
    const edited = env
      .replace('WHATSAPP_BUSINESS_ACCOUNT_ID=', `$&${meta.account.id}`)
      .replace('WHATSAPP_ACCESS_TOKEN=', `$&${meta.accessToken}`);
    await writeFile(file, edited);
    const printed = await npm(['run', 'whatsapp:hello', '--', CUSTOMER], directory, { WHATSAPP_GRAPH_URL: meta.url });
    assert.match(printed, /Meta accepted the message wamid\./);
    assert.equal(meta.sendsTo(CUSTOMER), 1);
    await startUntil(/Started with 1 business account, 1 phone number, .*console at \/whatsapp\/console/, directory, {
      WHATSAPP_GRAPH_URL: meta.url,
    });
    await startUntil(
      /Nothing can be sent yet: set WHATSAPP_BUSINESS_ACCOUNT_ID [^]*Started with no business account/,
      directory,
      {
        WHATSAPP_ACCESS_TOKEN: '', // as if it were not set: the environment wins over .env
        DATABASE_FILE: ':memory:',
      },
    );
  } finally {
    await meta.close();
  }
}

/** Starts the app itself, as `npm run start:prod` does, and stops it once it has printed something. */
async function startUntil(printedText, directory, variables) {
  const app = spawn(process.execPath, ['dist/main.js'], {
    cwd: directory,
    env: { PATH: process.env.PATH, NO_COLOR: '1', PORT: '0', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => app.kill('SIGKILL'), START_MS);
  let printed = '';
  for (const stream of [app.stdout, app.stderr]) {
    stream.on('data', (chunk) => {
      printed += chunk;
      if (printedText.test(printed)) app.kill('SIGTERM');
    });
  }
  await once(app, 'close');
  clearTimeout(timer);
  assert.match(printed, printedText);
}
