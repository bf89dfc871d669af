// node test/compatibility/run.mjs [app…]
//
// Packs the package as it would be published and lets small apps, each with its own majors of Nest, TypeORM and
// TypeScript, install and use it: those of `fixtures/`, and new ones that Nest's CLI makes, with the README's files.
// They live outside the repository, so that nothing resolves from here.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFixture } from './install-fixture.mjs';
import { checkNewApp, NEW_APPS } from './new-app.mjs';
import { npm } from './npm.mjs';
import { packPackage } from './pack-package.mjs';

/** Apps that are checked at a time: installing waits for the disk, testing for the processor. */
const AT_A_TIME = 2;

const fixtures = join(import.meta.dirname, 'fixtures');
const known = [...Object.keys(NEW_APPS), ...(await readdir(fixtures)).toSorted()];
const chosen = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = chosen.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No such app: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}

const workspace = await mkdtemp(join(tmpdir(), 'whatsapp-compatibility-'));
const failed = [];

async function check(name, tarball) {
  const directory = join(workspace, name);
  if (name in NEW_APPS) return checkNewApp(name, directory, tarball);
  await installFixture(join(fixtures, name), directory, tarball);
  return npm(['run', 'check'], directory);
}

async function checkAndReport(name, tarball) {
  const begin = performance.now();
  const result = await check(name, tarball).catch((error) => {
    failed.push(name);
    return error.stack;
  });
  console.log(`\n== ${name} (${Math.round((performance.now() - begin) / 1000)} s)\n${result.trim()}`);
}

try {
  const tarball = await packPackage(workspace);
  const waiting = [...chosen];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await checkAndReport(name, tarball);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
} finally {
  await rm(workspace, { recursive: true, force: true });
}

console.log(`\nCompatible with ${chosen.length - failed.length} of ${chosen.length} apps.`);
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
