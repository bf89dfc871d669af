import type { DirEntry, Tree } from '@angular-devkit/schematics';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import type * as TypeScript from 'typescript';

/** What is read of package.json. */
export interface Manifest {
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The Nest app that the module is added to. */
export interface HostApp {
  /** Such as `src`, or `apps/shop/src` in a monorepo. */
  readonly sourceRoot: string;
  readonly manifest: Manifest;
  readonly nestMajor: 11 | 12;
  /** How imports of files end: `.js` in ES modules, nothing in CommonJS. */
  readonly importEnding: string;
  readonly testRunner: 'jest' | 'vitest' | undefined;
  /** Where `nest build` puts each source file, such as `dist/`; undefined if it makes one bundle, or is not known. */
  readonly builtTo: string | undefined;
  /** Sources of the app itself by path, without its tests. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Throws if this is no app that the module works in. */
export function readHostApp(tree: Tree, sourceRoot: string): HostApp {
  if (!tree.exists('package.json')) throw new Error('No package.json here: run nest add in the folder of your app.');
  const manifest: Manifest = JSON.parse(tree.readText('package.json'));
  const sources = readSources(tree, sourceRoot);
  return {
    sourceRoot,
    manifest,
    nestMajor: readNestMajor(tree, manifest),
    importEnding: readImportEnding(sources, manifest),
    testRunner: hasPackage(manifest, 'vitest') ? 'vitest' : hasPackage(manifest, 'jest') ? 'jest' : undefined,
    builtTo: readBuiltTo(tree, manifest),
    sources,
  };
}

export function hasPackage({ dependencies, devDependencies }: Manifest, name: string): boolean {
  return dependencies?.[name] !== undefined || devDependencies?.[name] !== undefined;
}

/** The first source in which something is found. */
export function findSource({ sources }: HostApp, wanted: RegExp): string | undefined {
  for (const [path, source] of sources) if (wanted.test(source)) return path;
  return undefined;
}

function readSources(tree: Tree, sourceRoot: string): Map<string, string> {
  const sources = new Map<string, string>();
  const read = (directory: DirEntry): void => {
    for (const name of directory.subfiles) {
      if (!name.endsWith('.ts') || /[.-](spec|test)\.ts$/.test(name)) continue;
      const path = posix.join(directory.path, name).replace(/^\//, '');
      sources.set(path, tree.readText(path));
    }
    for (const name of directory.subdirs) if (name !== 'node_modules') read(directory.dir(name));
  };
  read(tree.getDir(sourceRoot));
  return sources;
}

/** Of what is installed, else of what package.json asks for. */
function readNestMajor(tree: Tree, { dependencies }: Manifest): 11 | 12 {
  const installed = 'node_modules/@nestjs/core/package.json';
  const core: { readonly version?: string } = tree.exists(installed) ? JSON.parse(tree.readText(installed)) : {};
  const version = core.version ?? dependencies?.['@nestjs/core'];
  const major = Number(/\d+/.exec(version ?? '')?.[0]);
  if (major === 11 || major === 12) return major;
  throw new Error(`nestjs-whatsapp needs Nest 11 or 12; @nestjs/core is ${version ?? 'not a dependency'} here.`);
}

/** As the app's own files do it. */
function readImportEnding(sources: ReadonlyMap<string, string>, { type }: Manifest): string {
  for (const source of sources.values()) {
    const [, ending] = /^import .* from ['"]\.[^'"]*?(\.[jt]s)?['"]/m.exec(source) ?? [undefined, null];
    if (ending !== null) return ending ?? '';
  }
  return type === 'module' ? '.js' : '';
}

function readBuiltTo(tree: Tree, { scripts }: Manifest): string | undefined {
  const settings = tree.exists('nest-cli.json') ? tree.readText('nest-cli.json') : '';
  if (/"webpack"\s*:\s*true|"(webpack|rspack)"|"monorepo"\s*:\s*true/.test(settings)) return undefined;
  return /\bnode (?:\S+ )*?(\S*\/)main(?:\.js)?(?:\s|$)/.exec(scripts?.['start:prod'] ?? '')?.[1];
}

/**
 * TypeScript of the app, or of its Nest CLI: the module has no TypeScript of its own. Undefined if there is none with a
 * parser for JavaScript, which not every major has.
 */
export function loadTypeScript(directory: string): typeof TypeScript | undefined {
  const fromApp = createRequire(join(directory, 'package.json'));
  const places = [
    () => fromApp,
    ...['@nestjs/cli', '@nestjs/schematics'].map((name) => () => requireOf(fromApp, name)),
  ];
  for (const place of places) {
    try {
      const loaded: typeof TypeScript = place()('typescript');
      if (typeof loaded.createSourceFile === 'function') return loaded;
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

const requireOf = (from: NodeJS.Require, name: string): NodeJS.Require =>
  createRequire(from.resolve(`${name}/package.json`));
