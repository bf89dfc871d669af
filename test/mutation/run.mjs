// npm run mutation -- ladder
//
// Changes one thing after the other in rules that messages depend on, and runs their tests: a change that no test notices survives. Fails below 85 % killed.
import { spawnSync } from 'node:child_process';

/** What is changed, and the tests that have to notice: those without a server, for they run hundreds of times. */
const PARTS = {
  ladder: {
    mutated: ['lib/messages/status-ladder.ts'],
    tests: ['test/messages/status-ladder.test.ts'],
  },
  reactions: {
    mutated: ['lib/graph/reactions.ts', 'lib/bulk/send/call-reactions.ts'],
    tests: [
      'test/bulk/rules/reaction-to-call.test.ts',
      'test/bulk/rules/call-reactions.test.ts',
      'test/graph/error-catalogue.test.ts',
    ],
  },
  pace: {
    mutated: ['lib/pacing/pace-rules.ts'],
    tests: ['test/pacing/pace-rules.test.ts', 'test/pacing/share-slots.test.ts', 'test/pacing/throughput.test.ts'],
  },
  lifecycle: {
    mutated: ['lib/bulk/lifecycle.ts'],
    tests: [
      'test/bulk/control.test.ts',
      'test/bulk/pauses.test.ts',
      'test/bulk/schedule.test.ts',
      'test/bulk/bulk-send-events.test.ts',
      'test/bulk/template-approved.test.ts',
      'test/bulk/rules/bulk-tally.test.ts',
    ],
  },
  limits: {
    mutated: ['lib/messages/messaging-limits.ts', 'lib/messages/limit-entries.ts'],
    tests: [
      'test/messages/messaging-limits.test.ts',
      'test/messages/estimated-limit-delay.test.ts',
      'test/messages/first-counted.test.ts',
      'test/messages/counted-sends.test.ts',
    ],
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`No part ${unknown.join(', ')}: there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(1);
}

for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
  const { mutated, tests } = PARTS[name];
  console.log(`== ${name}`);
  const { status } = spawnSync('npx', ['stryker', 'run', 'test/mutation/stryker.config.mjs'], {
    stdio: 'inherit',
    env: {
      ...process.env,
      TEST_WITHOUT: 'mariadb,postgres,redis',
      MUTATION_PART: name,
      MUTATION_FILES: mutated.join(' '),
      MUTATION_TESTS: tests.join(' '),
    },
  });
  // The other parts are measured all the same.
  if (status !== 0) process.exitCode = status ?? 1;
}
