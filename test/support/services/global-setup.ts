import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { NotRun } from './not-run.js';
import { requireServices } from './require-services.js';
import { ServiceDesk } from './service-desk.js';
import { summaryOfNotRun } from './summary.js';

declare module 'vitest' {
  interface ProvidedContext {
    serviceDeskUrl: string;
    /** Removed at the end of the run, whatever tests left in it. */
    runDirectory: string;
  }
}

/** Opens the service desk for a run; what it returns closes it, stops the servers and prints what was not run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const desk = new ServiceDesk(process.env);
  if (process.env.REQUIRE_SERVICES === '1') await requireServices(desk);
  project.provide('serviceDeskUrl', await desk.open());
  project.provide('runDirectory', temporaryDirectory());
  return async () => {
    const summary = summaryOfNotRun(await desk.obtained(), suitesNotRun(project));
    await desk.close();
    if (summary.length > 0) console.log(`${summary.join('\n')}\n`);
  };
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'whatsapp-run-'));
  // At the process's exit rather than at the teardown, which an interrupted run does not reach.
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function suitesNotRun(project: TestProject): NotRun[] {
  return project.vitest.state.getTestModules().flatMap((module) =>
    [...module.children.allSuites()].flatMap((suite) => {
      const { notRun } = suite.meta();
      return notRun ? [notRun] : [];
    }),
  );
}
