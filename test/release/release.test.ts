import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SCRIPT = resolve('.ci/release.mjs');

describe('npm run release', () => {
  let clone: string;
  const read = (file: string) => readFileSync(join(clone, file), 'utf8');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, encoding: 'utf8' }).trim();
  const release = (...args: string[]) =>
    execFileSync(process.execPath, [SCRIPT, ...args], { cwd: clone, encoding: 'utf8', stdio: 'pipe' });

  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), 'whatsapp-release-'));
    execFileSync('git', ['clone', '--quiet', resolve('.'), clone], { stdio: 'ignore' });
    git('config', 'user.name', 'Releaser');
    git('config', 'user.email', 'releaser@example.com');
    // Right after a release there is nothing to release.
    const changelog = read('CHANGELOG.md').replace('## [Unreleased]', '## [Unreleased]\n\n### Added\n\n- A feature.');
    writeFileSync(join(clone, 'CHANGELOG.md'), changelog);
    git('commit', '--quiet', '--all', '--message', 'feat: a feature');
  });

  afterAll(() => rmSync(clone, { recursive: true }));

  it('refuses changes that are not committed, and a kind of release that it does not know', () => {
    expect(() => release('huge')).toThrow('major | minor | patch');
    appendFileSync(join(clone, 'README.md'), '\n');
    expect(() => release('minor', '--checked')).toThrow('not committed');
    git('checkout', 'README.md');
  });

  it('dates the changelog, sets the version, commits and tags', () => {
    const [major, minor] = JSON.parse(read('package.json')).version.split('.').map(Number);
    const next = `${major}.${minor + 1}.0`;
    const before = git('rev-parse', 'HEAD');

    expect(release('minor', '--checked')).toContain(`Version ${next} is committed and tagged`);

    const versions = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(versions.slice(0, 2)).toEqual([
      '[Unreleased]',
      expect.stringMatching(new RegExp(`^\\[${next}\\] - \\d{4}-\\d{2}-\\d{2}$`)),
    ]);
    expect(JSON.parse(read('package.json')).version).toBe(next);
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({ version: next, packages: { '': { version: next } } });
    expect(git('status', '--porcelain')).toBe('');
    expect(git('rev-parse', 'HEAD~1')).toBe(before);
    expect(git('rev-parse', `v${next}^{commit}`)).toBe(git('rev-parse', 'HEAD'));
    expect(git('diff', '--name-only', 'HEAD~1').split('\n')).toEqual([
      'CHANGELOG.md',
      'package-lock.json',
      'package.json',
    ]);
  });

  it('refuses to release nothing', () => {
    expect(() => release('patch', '--checked')).toThrow('Nothing is under [Unreleased]');
  });
});
