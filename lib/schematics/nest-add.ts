import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { databaseVariables, extendEnvFile, extendGitignore, whatsAppVariables } from './env-file.js';
import {
  type Database,
  dataSourceFile,
  helloServiceFile,
  helloSpecFile,
  messagingModuleFile,
  sendHelloFile,
} from './generated-files.js';
import { findSource, hasPackage, type HostApp, loadTypeScript, readHostApp } from './host-app.js';
import { extendManifest, findAdditions } from './package-json.js';
import { printReport, type Report } from './report.js';
import { addSetup, addToImports, findRootModule, type NamedImport } from './source-edits.js';

export { report } from './report.js';

/** As `schema.json` describes them. */
export interface NestAddOptions {
  readonly sourceRoot?: string;
  readonly database?: Database | 'none';
  /** Separated by commas. */
  readonly surfaces?: string | readonly string[];
  readonly example?: 'yes' | 'no';
  readonly skipInstall?: boolean;
}

const SURFACES = ['console', 'conversations', 'messaging', 'metaTemplates', 'workspace'];

/** What is known before the first change. */
interface Plan {
  readonly app: HostApp;
  readonly main: string;
  readonly folder: string;
  /** As main.ts imports it; undefined if main.ts does not show it. */
  readonly rootModule: NamedImport | undefined;
  /** File that configures WhatsAppModule in a way of its own. */
  readonly configuredIn: string | undefined;
  /** That a data source is made for. */
  readonly database: Database | undefined;
  readonly surfaces: readonly string[];
  readonly hasExample: boolean;
}

/** Filled step by step. */
interface Outcome extends Report {
  readonly done: string[];
  readonly remaining: string[];
}

/**
 * What `nest add nestjs-whatsapp` does once the package is installed. It changes what it understands, leaves alone what is there
 * already, and reports what is left. Of the schematics' packages it uses types alone, and it parses with the app's own TypeScript:
 * so it works wherever a package manager puts these.
 */
export function nestAdd(options: NestAddOptions = {}): Rule {
  return (tree, context) => {
    const plan = makePlan(tree, options);
    const outcome: Outcome = { done: [], remaining: [] };
    if (plan.configuredIn === undefined) {
      addFiles(tree, plan, outcome);
      importModules(tree, plan, outcome);
    } else {
      outcome.done.push(`${plan.configuredIn} configures WhatsAppModule already: no module was added.`);
    }
    setUpMain(tree, plan, outcome);
    addVariables(tree, plan, outcome);
    const tasks = addPackages(tree, context, plan, options.skipInstall ?? false, outcome);
    if (hasHello(plan)) {
      outcome.remaining.push('Send a first message: npm run whatsapp:hello -- +<number with its country code>');
    }
    reportAtTheEnd(outcome, context, tasks);
  };
}

/** Throws for surfaces that do not exist. */
function makePlan(tree: Tree, options: NestAddOptions): Plan {
  const { database = 'better-sqlite3', example = 'yes' } = options;
  const app = readHostApp(tree, options.sourceRoot ?? 'src');
  const main = posix.join(app.sourceRoot, 'main.ts');
  const folder = posix.join(app.sourceRoot, 'whatsapp');
  const mainText = app.sources.get(main);
  const typescript = loadTypeScript(process.cwd());
  const configuredIn = findSource(app, /WhatsAppModule\s*\.forRoot/);
  return {
    app,
    main,
    folder,
    rootModule: typescript && mainText !== undefined ? findRootModule(typescript, mainText) : undefined,
    configuredIn: configuredIn === `${folder}/messaging.module.ts` ? undefined : configuredIn,
    database: database === 'none' || findSource(app, /TypeOrmModule\s*\.forRoot/) ? undefined : database,
    surfaces: readSurfaces(options.surfaces),
    hasExample: example === 'yes',
  };
}

function readSurfaces(given: NestAddOptions['surfaces'] = []): string[] {
  const names = (typeof given === 'string' ? given.split(',') : given).map((name) => name.trim());
  const unknown = names.filter((name) => name !== '' && name !== 'webhook' && !SURFACES.includes(name));
  if (unknown.length > 0) throw new Error(`Unknown surface ${unknown.join(', ')}: choose from ${SURFACES.join(', ')}.`);
  return SURFACES.filter((name) => names.includes(name));
}

/** Whether there is a script that sends a first message. */
const hasHello = ({ app, hasExample, rootModule, configuredIn }: Plan): boolean =>
  hasExample && rootModule !== undefined && configuredIn === undefined && app.builtTo !== undefined;

function addFiles(tree: Tree, plan: Plan, { done, remaining }: Outcome): void {
  const { app, folder, database, surfaces, hasExample, rootModule } = plan;
  const hasConfigModule = hasPackage(app.manifest, '@nestjs/config');
  const files = new Map([
    [`${folder}/messaging.module.ts`, messagingModuleFile(app, surfaces, { hasConfigModule, hasExample })],
  ]);
  if (hasExample) {
    files.set(`${folder}/hello.service.ts`, helloServiceFile());
    if (app.testRunner) files.set(`${folder}/hello.service.spec.ts`, helloSpecFile(app));
  }
  if (rootModule && hasHello(plan)) {
    const from = posix.join('..', rootModule.from);
    files.set(`${folder}/send-hello.ts`, sendHelloFile(app.importEnding, { name: rootModule.name, from }));
  }
  if (database) files.set(posix.join(app.sourceRoot, 'data-source.ts'), dataSourceFile(database));
  for (const [path, text] of files) {
    if (tree.exists(path)) done.push(`${path} was there and stays as it is.`);
    else tree.create(path, text);
  }
  if (!database && !findSource(app, /whatsappMigrations/)) {
    remaining.push(
      'Your TypeORM data source: add ...whatsappMigrations, of nestjs-whatsapp, to its `migrations`, and ...whatsappEntities to its `entities` unless it has `autoLoadEntities: true`.',
    );
  }
}

/** Adds to the root module what it does not import yet. */
function importModules(
  tree: Tree,
  { app, main, folder, database, rootModule }: Plan,
  { done, remaining }: Outcome,
): void {
  const elements = [
    ...(database
      ? ['TypeOrmModule.forRootAsync({\n  useFactory: () => ({ ...dataSourceOptions(), autoLoadEntities: true }),\n})']
      : []),
    ...(findSource(app, /\bMessagingModule\b(?! \{\})/) ? [] : ['MessagingModule']),
  ];
  if (elements.length === 0) return;
  const typescript = loadTypeScript(process.cwd());
  const path = rootModule && posix.join(app.sourceRoot, `${rootModule.from.replace(/\.[jt]s$/, '')}.ts`);
  const text = path === undefined ? undefined : app.sources.get(path);
  const fromRoot = (file: string) => {
    const relative = posix.relative(posix.dirname(path ?? main), `${file}${app.importEnding}`);
    return relative.startsWith('.') ? relative : `./${relative}`;
  };
  const imports = [
    { name: 'TypeOrmModule', from: '@nestjs/typeorm' },
    { name: 'dataSourceOptions', from: fromRoot(posix.join(app.sourceRoot, 'data-source')) },
    { name: 'MessagingModule', from: fromRoot(`${folder}/messaging.module`) },
  ].filter(({ name }) => elements.some((element) => element.includes(name)));
  const extended =
    typescript && rootModule && text !== undefined
      ? addToImports(typescript, text, rootModule.name, elements, imports)
      : undefined;
  if (path !== undefined && extended !== undefined) {
    tree.overwrite(path, extended);
    done.push(
      `${path} imports ${imports
        .filter(({ name }) => name.endsWith('Module'))
        .map(({ name }) => name)
        .join(' and ')}.`,
    );
    return;
  }
  remaining.push(
    [
      `${whyNotChanged('Your root module', typescript)} Add to its \`imports\`:`,
      ...elements
        .join(',\n')
        .split('\n')
        .map((line) => `       ${line}`),
      ...imports.map(({ name, from }) => `     import { ${name} } from '${from}';`),
    ].join('\n'),
  );
}

function whyNotChanged(what: string, typescript: object | undefined): string {
  return typescript
    ? `${what} is not written as expected.`
    : `${what} was not read: TypeScript does not load in this app. Mend that (remove node_modules, install again) and run nest add again, or go on by hand.`;
}

function setUpMain(tree: Tree, { app, main }: Plan, { done, remaining }: Outcome): void {
  const text = app.sources.get(main);
  const typescript = loadTypeScript(process.cwd());
  const extended = typescript && text !== undefined ? addSetup(typescript, text) : undefined;
  if (extended === undefined) {
    if (findSource(app, /setupWhatsApp\(/)) return;
    remaining.push(
      `${whyNotChanged(main, typescript)} Call setupWhatsApp(app), of nestjs-whatsapp, and app.enableShutdownHooks() once the app is created.`,
    );
  } else if (extended !== text) {
    tree.overwrite(main, extended);
    done.push(`${main} calls setupWhatsApp(app) and app.enableShutdownHooks().`);
  }
}

function addVariables(tree: Tree, { database }: Plan, { remaining }: Outcome): void {
  const write = (path: string, extend: (present: string) => string): string => {
    const present = tree.exists(path) ? tree.readText(path) : '';
    const extended = extend(present);
    if (!tree.exists(path)) tree.create(path, extended);
    else if (extended !== present) tree.overwrite(path, extended);
    return extended;
  };
  const variables = (verifyToken: string) => [
    ...whatsAppVariables(verifyToken),
    ...(database ? [databaseVariables[database]] : []),
  ];
  const env = write('.env', (present) => extendEnvFile(present, variables(randomBytes(16).toString('hex'))));
  write('.env.example', (present) => extendEnvFile(present, variables('')));
  if (tree.exists('.gitignore')) write('.gitignore', (present) => extendGitignore(present, database));
  const empty = ['WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_ACCESS_TOKEN'].filter((name) =>
    new RegExp(`^${name}=[ \\t]*$`, 'm').test(env),
  );
  if (empty.length > 0) remaining.push(`.env: set ${empty.join(' and ')}. The comments there say where Meta has them.`);
  if (database && database !== 'better-sqlite3') remaining.push('.env: set DATABASE_URL to your database.');
}

/** Returns the tasks after which all is done. */
function addPackages(
  tree: Tree,
  context: SchematicContext,
  plan: Plan,
  skipInstall: boolean,
  { done, remaining }: Outcome,
) {
  const { app, database, hasExample, configuredIn } = plan;
  const hasTest = hasExample && app.testRunner !== undefined && configuredIn === undefined;
  const additions = findAdditions(app, { database, hasTest, hasHello: hasHello(plan) });
  const packages = Object.keys({ ...additions.dependencies, ...additions.devDependencies });
  const scripts = Object.keys(additions.scripts);
  if (packages.length + scripts.length === 0) return [];
  tree.overwrite('package.json', extendManifest(tree.readText('package.json'), additions));
  const added = [...packages, ...scripts.map((name) => `the script ${name}`)];
  done.push(`package.json has ${added.join(', ')}.`);
  if (packages.length === 0) return [];
  if (skipInstall) {
    remaining.push('Install the packages that package.json lists now.');
    return [];
  }
  // Of the package manager that the runner found. Scripts: those of drivers, which newer runners leave out otherwise.
  const options = { command: 'install', quiet: true, hideOutput: true, allowScripts: true };
  return [context.addTask({ toConfiguration: () => ({ name: 'node-package', options }) })];
}

function reportAtTheEnd(
  { done, remaining }: Outcome,
  context: SchematicContext,
  tasks: ReturnType<SchematicContext['addTask']>[],
): void {
  const collection = context.schematic.description.collection.name;
  // Tasks do not run in a dry run.
  if (tasks.length === 0 || process.argv.includes('--dry-run')) {
    printReport({ done, remaining }, context.logger);
    return;
  }
  const options = { collection, name: 'report', options: { done, remaining } };
  context.addTask({ toConfiguration: () => ({ name: 'run-schematic', options }) }, tasks);
}
