const { MUTATION_PART, MUTATION_FILES = '' } = process.env;

/** `run.mjs` says which part is run. */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.mts', related: false },
  mutate: MUTATION_FILES.split(' '),
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // A change may make a loop endless.
  timeoutMS: 10_000,
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'json'],
  clearTextReporter: { logTests: false },
  jsonReporter: { fileName: `node_modules/.cache/nestjs-whatsapp-mutation/${MUTATION_PART}.json` },
  // Below node_modules/ vitest finds no tests.
  tempDirName: '.stryker-tmp',
  ignorePatterns: ['dist', 'docs', 'bench', 'sample-app', 'lib/console'],
};
