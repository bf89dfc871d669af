import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { npm } from './npm.mjs';

const driver = resolve(import.meta.dirname, '../../node_modules/better-sqlite3');
const binary = 'build/Release/better_sqlite3.node';

/**
 * Copies a fixture to `directory` and installs it with the tarball, by npm's own rules for peers.
 *
 * Compiling better-sqlite3 takes a minute each time. So a fixture gets the version that this repository has, installed
 * without running scripts, and the binary that was compiled here: it is plain C++ without a trace of our package.
 */
export async function installFixture(fixture, directory, tarball) {
  await cp(fixture, directory, { recursive: true });
  const manifest = await readManifest(directory);
  const { version } = await readManifest(driver);
  const [major] = version.split('.');
  const wanted = manifest.dependencies['better-sqlite3'];
  if (wanted !== `^${major}.0.0`) {
    throw new Error(
      `${manifest.name} wants better-sqlite3 ${wanted}, but ${version} is here: change its package.json.`,
    );
  }
  manifest.dependencies['better-sqlite3'] = version;
  manifest.dependencies['nestjs-whatsapp'] = `file:${tarball}`;
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest, undefined, 2));
  await install([], directory);
}

/** Installs packages with the tarball in the place of `nestjs-whatsapp`, and the driver that was compiled here. */
export async function installPackages(packages, directory, tarball) {
  const { version } = await readManifest(driver);
  const [major] = version.split('.');
  const given = packages.map((wanted) => {
    if (wanted === 'nestjs-whatsapp') return tarball;
    return wanted === `better-sqlite3@${major}` ? `better-sqlite3@${version}` : wanted;
  });
  await install(given, directory);
}

async function install(packages, directory) {
  await npm(
    ['install', ...packages, '--ignore-scripts', '--prefer-offline', '--package-lock=false', '--no-audit', '--no-fund'],
    directory,
  );
  await completeInstallation(directory);
}

/** The version of better-sqlite3 that is compiled here. */
export async function compiledDriverVersion() {
  const { version } = await readManifest(driver);
  return version;
}

/** After an installation without scripts: what they would have made. */
export async function completeInstallation(directory) {
  await rejectInstallScripts(directory);
  await cp(join(driver, binary), join(directory, 'node_modules/better-sqlite3', binary));
}

/** Scripts are off, so one of ours would go unnoticed here and run at every user's. */
async function rejectInstallScripts(directory) {
  const { scripts = {} } = await readManifest(join(directory, 'node_modules/nestjs-whatsapp'));
  const found = ['preinstall', 'install', 'postinstall'].filter((name) => name in scripts);
  if (found.length > 0) throw new Error(`The package runs ${found.join(' and ')} when it is installed.`);
}

export async function readManifest(directory) {
  return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
}
