import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The other packages, and what they want to find: each as its own page says to install it. */
const VERSIONS = {
  'whatsapp-api-js': '6.3.0',
  '@kapso/whatsapp-cloud-api': '0.3.0',
  'nest-whatsapp': '1.0.8',
  '@nestjs/axios': '^4.0.0',
  '@nestjs/common': '^11.0.0',
  '@nestjs/config': '^4.0.0',
  '@nestjs/core': '^11.0.0',
  '@nestjs/event-emitter': '^3.0.0',
  '@nestjs/microservices': '^11.0.0',
  '@nestjs/terminus': '^11.0.0',
  axios: '1.15.2',
  joi: '^18.1.2',
  'prom-client': '^15.0.0',
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.0',
};

/** A directory with the other packages, installed for one measurement: none of them is a dependency of this one. */
export class Packages implements AsyncDisposable {
  private constructor(readonly directory: string) {}

  static async install(): Promise<Packages> {
    const directory = await mkdtemp(join(tmpdir(), 'whatsapp-peers-'));
    await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, dependencies: VERSIONS }));
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: directory });
    return new Packages(directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Loads a package from such a directory. */
export function loaderOf(directory: string): NodeJS.Require {
  return createRequire(join(directory, 'package.json'));
}
