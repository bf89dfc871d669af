#!/usr/bin/env node
import { runCommandLine } from './command-line.js';
import { processTerminal } from './terminal.js';

async function main(): Promise<void> {
  process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal());
}

void main();
