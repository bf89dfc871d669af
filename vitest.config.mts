import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { builtLibrary } from './test/support/built-library.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Files that change, or count, what others in their process share: modules, memory, the console, the environment, loaded entities. */
const ISOLATED = [
  'test/bulk/memory.test.ts',
  'test/callbacks/names.test.ts',
  'test/store/host-transactions.test.ts',
  'test/store/own-data-source.test.ts',
  'test/examples/examples.test.ts',
  'test/sample-app/sample-app.test.ts',
];

/** The same, of files that use the library as its users do: they get it bundled, which loads faster. */
const ISOLATED_USERS = [
  'test/leaks/*.test.ts',
  'test/module/named-data-source.test.ts',
  'test/docs/pages*.test.ts',
  'test/examples/example-apps.test.ts',
  'test/sample-app/redis-outage.test.ts',
];

/** Begun first, so that at the end of a run no worker is left alone with one: they take longest, and mostly wait. */
const LONG = [
  'bulk/postgres-restart',
  'bulk/redis-outages',
  'bulk/kill-drill',
  'bulk/unknown-outcomes',
  'bulk/sigterm',
  'bulk/frozen-process',
  'bulk/number-leases',
  'callbacks/delivering',
  'callbacks/processes',
  'console/inbox-page',
  'console/stream',
  'costs/budgets',
  'observability/health',
  'sample-app/demo-stay',
  'simulation/simulation',
  'simulation/simulation',
  'store/migrations',
  'stream/stream',
  'webhooks/receiving-killed',
  'webhooks/receiving-outage',
].map((name) => `/test/${name}.test.ts`);

const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.endsWith(name));

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- no array, but the order that the base class gives the files
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

let library: Promise<string> | undefined;

/** Only once something asks for it: a build takes seconds, and most runs of a few files need none. */
const bundledLibrary = {
  name: 'bundled-library',
  enforce: 'pre',
  async resolveId(id: string): Promise<string | undefined> {
    const entry = /^nestjs-whatsapp(\/testing)?$/.exec(id);
    if (!entry) return undefined;
    // Once a run: to find the build, all sources are read.
    return join(await (library ??= builtLibrary()), entry[1] ?? '', 'index.js');
  },
} as const;

const settings = {
  // Generous: machines are slow and noisy, and no test is about time.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  pool: 'forks',
  // Other work on a shared machine can starve a test of seconds once; the run names each test that it tried again.
  retry: process.env['CI'] ? 1 : 0,
  setupFiles: ['test/support/clean-up.ts'],
  // Compiled files are kept below node_modules/ for the next run. Not for the global set-up: its stack traces would break.
  experimental: { fsModuleCache: true },
} as const;

const resolve = {
  alias: [
    { find: /^nestjs-whatsapp$/, replacement: path('./lib/index.ts') },
    { find: /^nestjs-whatsapp\/testing$/, replacement: path('./lib/testing/index.ts') },
  ],
};

export default defineConfig({
  test: {
    // Half of what tests do is waiting: for servers, processes, retries.
    maxWorkers: Math.ceil(2.5 * availableParallelism()),
    sequence: { sequencer: LongFirst },
    globalSetup: ['test/support/services/global-setup.ts'],
    projects: [
      // Importing the library, Nest and TypeORM takes longer than most files' tests: a worker does it once for all.
      {
        resolve,
        test: {
          ...settings,
          name: 'shared',
          isolate: false,
          // Apps come and go: with room for the young, the collector is asked for half as often.
          execArgv: ['--max-semi-space-size=64'],
          include: ['test/**/*.test.ts'],
          // A page shows a test for Node's own runner, which is written there.
          exclude: [...ISOLATED, ...ISOLATED_USERS, 'test/docs/.generated/**'],
        },
      },
      { resolve, test: { ...settings, name: 'isolated', isolate: true, include: ISOLATED } },
      {
        plugins: [bundledLibrary],
        test: {
          ...settings,
          // What is compiled names the bundle, which is another one after each change of the library.
          experimental: { fsModuleCache: false },
          name: 'isolated users',
          isolate: true,
          include: ISOLATED_USERS,
        },
      },
    ],
  },
});
