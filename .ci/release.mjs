// `npm run release -- minor`: [Unreleased] of the changelog becomes a dated version, which package.json, lock file, a commit and a tag get. Nothing is pushed.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const CHANGELOG = 'CHANGELOG.md';

try {
  release();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function release() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { checked: { type: 'boolean' } } });
  const [kind] = positionals;
  if (!['major', 'minor', 'patch'].includes(kind)) {
    throw new Error('Name what is released: npm run release -- major | minor | patch');
  }
  if (git('status', '--porcelain') !== '')
    throw new Error('There are changes that are not committed: commit them first.');
  const changelog = readFileSync(CHANGELOG, 'utf8');
  if (unreleasedOf(changelog) === '') throw new Error(`Nothing is under [Unreleased] in ${CHANGELOG}.`);
  if (!values.checked) execFileSync('bash', ['.ci/run'], { stdio: 'inherit' });

  execFileSync('npm', ['version', kind, '--no-git-tag-version', '--ignore-scripts'], { stdio: 'ignore' });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(CHANGELOG, changelog.replace('## [Unreleased]', `## [Unreleased]\n\n## [${version}] - ${today}`));
  git('commit', '--all', '--message', `chore: release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `Version ${version}`);
  console.log(`Version ${version} is committed and tagged. To publish it: git push --follow-tags && npm publish`);
}

/** What the changelog has under [Unreleased], without its headings. */
function unreleasedOf(changelog) {
  const [, text] = /^## \[Unreleased\]\n([\s\S]*?)(?=^## \[|(?![\s\S]))/m.exec(changelog) ?? [];
  if (text === undefined) throw new Error(`${CHANGELOG} has no chapter [Unreleased].`);
  return text.replaceAll(/^#.*$/gm, '').trim();
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
