// node test/compatibility/run.mjs [fixture…]
//
// Packs the package as it would be published and lets small apps, each with its own majors of Nest, TypeORM and
// TypeScript, install and use it. They are copied out of the repository first, so that nothing resolves from here.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFixture } from './install-fixture.mjs';
import { packPackage } from './pack-package.mjs';
import { npm } from './npm.mjs';

const fixtures = join(import.meta.dirname, 'fixtures');
const known = (await readdir(fixtures)).toSorted();
const chosen = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = chosen.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No such fixture: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(2);
}

const workspace = await mkdtemp(join(tmpdir(), 'whatsapp-compatibility-'));
const failed = [];
try {
  const tarball = await packPackage(workspace);
  for (const name of chosen) {
    console.log(`\n== ${name}`);
    const directory = join(workspace, name);
    try {
      await installFixture(join(fixtures, name), directory, tarball);
      await npm(['run', 'check'], directory);
    } catch (error) {
      console.error(error.message);
      failed.push(name);
    }
  }
} finally {
  await rm(workspace, { recursive: true, force: true });
}

console.log(`\nCompatible with ${chosen.length - failed.length} of ${chosen.length} apps.`);
if (failed.length > 0) {
  console.error(`Failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
