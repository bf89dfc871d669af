import { type HostApp, hasPackage, type Manifest } from './host-app.js';
import type { Database } from './generated-files.js';

/** Ranges that this version of the module is tested with. */
const VERSIONS = {
  typeorm: '^1.0.0',
  'class-validator': '^0.15.0',
  'better-sqlite3': '^12.0.0',
  pg: '^8.0.0',
  mysql2: '^3.0.0',
};

const DRIVERS = { 'better-sqlite3': 'better-sqlite3', postgres: 'pg', mysql: 'mysql2' } as const;

/** What package.json lacks. */
export interface Additions {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

export interface Needs {
  /** That a data source is made for. */
  readonly database: Database | undefined;
  readonly hasTest: boolean;
  /** Whether there is a script that sends a first message. */
  readonly hasHello: boolean;
}

export function findAdditions(app: HostApp, { database, hasTest, hasHello }: Needs): Additions {
  const { manifest, nestMajor, builtTo } = app;
  const missing = (versions: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(versions).filter(([name]) => !hasPackage(manifest, name)));
  const driver = database && DRIVERS[database];
  const dependencies = missing({
    '@nestjs/typeorm': `^${nestMajor}.0.0`,
    typeorm: VERSIONS.typeorm,
    'class-validator': VERSIONS['class-validator'],
    ...(driver && { [driver]: VERSIONS[driver] }),
  });
  const forTest = hasTest && driver !== 'better-sqlite3';
  const scripts = {
    ...(builtTo !== undefined &&
      database && { 'migration:run': `nest build && typeorm migration:run -d ${builtTo}data-source.js` }),
    ...(builtTo !== undefined &&
      hasHello && { 'whatsapp:hello': `nest build && node ${builtTo}whatsapp/send-hello.js` }),
  };
  return {
    dependencies,
    devDependencies: forTest ? missing({ 'better-sqlite3': VERSIONS['better-sqlite3'] }) : {},
    scripts: Object.fromEntries(Object.entries(scripts).filter(([name]) => manifest.scripts?.[name] === undefined)),
  };
}

/** package.json with additions, indented as it was; packages in the order of their names, as package managers write them. */
export function extendManifest(text: string, additions: Additions): string {
  const manifest: Manifest = JSON.parse(text);
  const extended = {
    ...manifest,
    ...(Object.keys(additions.scripts).length > 0 && { scripts: { ...manifest.scripts, ...additions.scripts } }),
    ...merged(manifest, additions, 'dependencies'),
    ...merged(manifest, additions, 'devDependencies'),
  };
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  return `${JSON.stringify(extended, undefined, indent)}${text.endsWith('\n') ? '\n' : ''}`;
}

function merged(manifest: Manifest, additions: Additions, key: 'dependencies' | 'devDependencies'): Manifest {
  if (Object.keys(additions[key]).length === 0) return {};
  const entries = Object.entries({ ...manifest[key], ...additions[key] });
  return { [key]: Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
