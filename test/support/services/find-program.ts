import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The full path of a program, looked for in `directories` first and then on the `PATH`. */
export async function findProgram(name: string, directories: readonly string[] = []): Promise<string | undefined> {
  const path = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const directory of [...directories, ...path]) {
    const candidate = join(directory, name);
    if (await isExecutable(candidate)) return candidate;
  }
  return undefined;
}

/** `<parent>/<version>/bin` for every installed version, newest first. */
export async function versionedDirectories(parent: string): Promise<string[]> {
  const versions = await readdir(parent).catch(() => []);
  return versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(parent, version, 'bin'));
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
