import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { medianOf } from './load.js';

/** What a host has loaded already when it comes to the library. */
const HOST = ['reflect-metadata', '@nestjs/common', '@nestjs/core', '@nestjs/typeorm', 'typeorm', 'pg'];

const SCRIPT = `for (const name of ${JSON.stringify(HOST)}) require(name);
const startedAt = performance.now();
require('nestjs-whatsapp');
process.stdout.write(String(performance.now() - startedAt));`;

/** Milliseconds that it takes to load the library, in processes of their own: the median. */
export async function requireTime(processes: number): Promise<number> {
  const took: number[] = [];
  for (let index = 0; index < processes; index += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', SCRIPT], { cwd: __dirname });
    took.push(Number(stdout));
  }
  return medianOf(took);
}
