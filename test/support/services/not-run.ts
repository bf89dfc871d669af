import { describe, TestRunner } from 'vitest';
import type { ServiceName } from './service.js';

/** Left in a suite's `meta` for the summary at the end of the run. */
export interface NotRun {
  readonly service: ServiceName;
  readonly suite: string;
  /** How many tests the suite would have run. */
  tests: number;
}

declare module 'vitest' {
  interface TaskMeta {
    notRun?: NotRun;
  }
}

type Collected = ReturnType<typeof TestRunner.getCurrentSuite>['tasks'][number];

/**
 * Like `describe`, for a suite whose service is missing. The body runs as far as the tests' names, which are counted, and
 * then dropped: they appear as missing in our summary rather than as skipped in vitest's.
 */
export function describeNotRun(service: ServiceName): (name: string, body: () => void) => void {
  return (name, body) => {
    const notRun: NotRun = { service, suite: name, tests: 0 };
    describe(`${name} (not run)`, { skip: true, meta: { notRun } }, async () => {
      body();
      notRun.tests = await countTests(TestRunner.getCurrentSuite().tasks.splice(0));
    });
  };
}

async function countTests(tasks: readonly Collected[]): Promise<number> {
  let tests = 0;
  for (const task of tasks) {
    if (task.type === 'test') tests += 1;
    else if (task.type === 'suite') tests += await countTests(task.tasks);
    else tests += await countTests((await task.collect(task.file ?? TestRunner.getCurrentSuite().file)).tasks);
  }
  return tests;
}
