import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { installPackages, readManifest } from './install-fixture.mjs';
import { checkNestAdd } from './nest-add.mjs';
import { npm } from './npm.mjs';

const root = resolve(import.meta.dirname, '../..');

/** Pages that show the app and its tests. */
const PAGES = ['README.md', 'docs/testing.md', 'docs/webhooks.md'];

/** Files that the first app has. */
const FILES = [
  'app.module.ts',
  'main.ts',
  'welcome.service.ts',
  'greeting.service.ts',
  'messaging.module.ts',
  'welcome.spec.ts',
  'messaging.spec.ts',
  'app.spec.ts',
  'welcome.test.ts',
];

/** What formats and lints an app, and what measures its tests: not what runs it. */
const UNNEEDED = /eslint|^globals$|oxlint|prettier|coverage|^@nestjs\/mau$/;

/** Apps by name of the check: what Nest's CLI of a major makes, and how the README's line for it is marked. */
export const NEW_APPS = {
  'new-app-nest11': { major: 11, line: 'install: Nest 11', isModule: false },
  'new-app-nest12': { major: 12, line: 'install: Nest 12', isModule: true },
};

/**
 * Has Nest's CLI make an app and add the package to it. Then the same app by hand: installs what the README says, writes the
 * README's files into the app and runs its tests and its build.
 */
export async function checkNewApp(name, directory, tarball) {
  const { major, line, isModule } = NEW_APPS[name];
  await makeApp(major, directory);
  const manifest = await readManifest(directory);
  assert.equal(manifest.type === 'module', isModule, `Nest ${major}'s CLI makes another kind of app now.`);
  await removeUnneeded(manifest, directory);
  const added = await checkNestAdd(major, directory, tarball);

  const blocks = await readBlocks();
  const [, packages] = /^npm install (.+)$/.exec(blocks.get(line)?.trim() ?? '') ?? [];
  if (packages === undefined) throw new Error(`README.md has no line marked "${line}" that installs something.`);
  await installPackages(packages.split(' '), directory, tarball);

  for (const file of FILES) {
    const source = blocks.get(`file: ${file}`);
    if (source === undefined) throw new Error(`No page has the file ${file}.`);
    // As the README says for CommonJS.
    const own = isModule ? source : source.replaceAll(/(from '\.[^']*)\.js'/g, "$1'");
    await writeFile(join(directory, 'src', file), own);
  }
  const tested = await npm(['test'], directory);
  await npm(['run', 'build'], directory);
  // As the page says, without a test runner of another package.
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', 'dist/welcome.test.js'], {
    cwd: directory,
  });
  return `${added}\n${tested}${stdout}`;
}

async function makeApp(major, directory) {
  const above = dirname(directory);
  const [name] = directory.split('/').slice(-1);
  // The CLI of the one major must not find the files of the other's.
  const own = join(above, `cli-${name}`);
  await mkdir(own);
  const options = ['--skip-install', '--skip-git', '--package-manager', 'npm', ...(major > 11 ? ['--no-observe'] : [])];
  const cli = [`--package=@nestjs/cli@${major}`, `--package=@nestjs/schematics@${major}`];
  await npm(['exec', '--yes', '--prefer-offline', ...cli, '--', 'nest', 'new', name, ...options], own);
  await cp(join(own, name), directory, { recursive: true });
}

async function removeUnneeded(manifest, directory) {
  const entries = Object.entries(manifest.devDependencies).filter(([name]) => !UNNEEDED.test(name));
  const needed = { ...manifest, devDependencies: Object.fromEntries(entries) };
  await writeFile(join(directory, 'package.json'), JSON.stringify(needed, undefined, 2));
}

/** Code blocks of the pages by the comment above them. */
async function readBlocks() {
  const texts = await Promise.all(PAGES.map((page) => readFile(join(root, page), 'utf8')));
  const found = texts.join('\n').matchAll(/<!-- (.*?) -->\n\n```\w+\n([\s\S]*?)```/g);
  return new Map(Array.from(found, ([, mark, code]) => [mark, code]));
}
