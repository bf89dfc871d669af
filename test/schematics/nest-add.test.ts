import { Tree } from '@angular-devkit/schematics';
import { SchematicTestRunner, type UnitTestTree } from '@angular-devkit/schematics/testing';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AppFiles, newApp, withPackages } from './new-apps.js';

interface Run {
  readonly tree: UnitTestTree;
  /** What was printed. */
  readonly printed: string;
  readonly tasks: readonly unknown[];
}

interface WrittenManifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The runner loads schematics by `require()`, so they are bundled for it as the package's build does. */
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nest-add-'));
  for (const file of ['collection.json', 'schema.json']) await cp(join('lib/schematics', file), join(directory, file));
  await build({
    input: 'lib/schematics/nest-add.ts',
    platform: 'node',
    output: { dir: directory, format: 'cjs', exports: 'named' },
  });
});

afterAll(() => rm(directory, { recursive: true, force: true }));

function treeOf(files: AppFiles): Tree {
  const tree = Tree.empty();
  for (const [path, text] of Object.entries(files)) tree.create(path, text);
  return tree;
}

/** Runs the schematic by the runner that Nest's CLI has, too. */
async function nestAddTo(before: Tree, options: object): Promise<Run> {
  const runner = new SchematicTestRunner('nestjs-whatsapp', join(directory, 'collection.json'));
  const printed: string[] = [];
  runner.logger.subscribe(({ message }) => printed.push(message));
  const tree = await runner.runSchematic('nest-add', options, before);
  return { tree, printed: printed.join('\n'), tasks: runner.tasks };
}

const nestAdd = (app: AppFiles, options: object = { skipInstall: true }) => nestAddTo(treeOf(app), options);

const manifestOf = ({ tree }: Run): WrittenManifest => JSON.parse(tree.readText('package.json'));
const filesOf = (tree: Tree): AppFiles => {
  const files: Record<string, string> = {};
  tree.visit((path) => (files[path] = tree.readText(path)));
  return files;
};

describe('a new app', () => {
  it('of Nest 11 gets module, data source, environment, example and test, in CommonJS', async () => {
    const run = await nestAdd(newApp(11));
    const { tree, printed } = run;
    expect(tree.readText('src/app.module.ts')).toBe(`import { Module } from '@nestjs/common';
import { AppController } from './app.controller';
import { AppService } from './app.service';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions } from './data-source';
import { MessagingModule } from './whatsapp/messaging.module';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => ({ ...dataSourceOptions(), autoLoadEntities: true }),
    }),
    MessagingModule,
  ],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
`);
    expect(tree.readText('src/main.ts')).toBe(`import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { setupWhatsApp } from 'nestjs-whatsapp';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  setupWhatsApp(app);
  app.enableShutdownHooks();
  await app.listen(process.env.PORT ?? 3000);
}
bootstrap();
`);
    expect(tree.readText('src/whatsapp/hello.service.spec.ts')).toContain("from './hello.service';");
    expect(tree.readText('src/whatsapp/hello.service.spec.ts')).not.toContain('vitest');
    expect(tree.readText('src/whatsapp/send-hello.ts')).toContain("import { AppModule } from '../app.module';");
    expect(manifestOf(run)).toMatchObject({
      scripts: {
        'migration:run': 'nest build && typeorm migration:run -d dist/data-source.js',
        'whatsapp:hello': 'nest build && node dist/whatsapp/send-hello.js',
      },
      dependencies: { '@nestjs/typeorm': '^11.0.0', typeorm: '^1.0.0', 'better-sqlite3': '^12.0.0' },
    });
    expect(printed).toMatch(/1\. \.env: set WHATSAPP_BUSINESS_ACCOUNT_ID and WHATSAPP_ACCESS_TOKEN/);
  });

  it('of Nest 12 gets the same as ES modules, with packages of its major and a test for Vitest', async () => {
    const run = await nestAdd(newApp(12));
    const { tree } = run;
    expect(tree.readText('src/app.module.ts')).toContain("from './whatsapp/messaging.module.js';");
    expect(tree.readText('src/whatsapp/messaging.module.ts')).toContain("from './hello.service.js';");
    expect(tree.readText('src/whatsapp/send-hello.ts')).toContain("from '../app.module.js';");
    expect(tree.readText('src/whatsapp/hello.service.spec.ts')).toContain("from 'vitest';");
    expect(manifestOf(run).dependencies['@nestjs/typeorm']).toBe('^12.0.0');
  });

  it('is as the formatter of new apps writes it', async () => {
    for (const app of [newApp(11), withPackages(newApp(12), { '@nestjs/config': '^12.0.0' })]) {
      const { tree } = await nestAdd(app, { skipInstall: true, surfaces: 'console,workspace' });
      for (const [path, text] of Object.entries(filesOf(tree)).filter(([file]) => file.endsWith('.ts'))) {
        const formatted = await format(text, { parser: 'typescript', singleQuote: true, trailingComma: 'all' });
        expect({ path, text }).toEqual({ path, text: formatted });
      }
    }
  });

  it('has its packages installed, with the scripts of drivers, and the report printed after that', async () => {
    const { tasks } = await nestAdd(newApp(11), {});
    expect(tasks).toMatchObject([
      { name: 'node-package', options: { command: 'install', allowScripts: true } },
      { name: 'run-schematic', options: { collection: 'nestjs-whatsapp', name: 'report' } },
    ]);
  });

  it('is the same when it is added a second time', async () => {
    const once = await nestAdd(newApp(12));
    const before = filesOf(once.tree);
    const twice = await nestAddTo(once.tree, { skipInstall: true });
    expect(filesOf(twice.tree)).toEqual(before);
  });
});

describe('options', () => {
  it('choose database, surfaces and whether there is an example', async () => {
    const run = await nestAdd(newApp(11), {
      skipInstall: true,
      database: 'postgres',
      surfaces: 'metaTemplates, console',
      example: 'no',
    });
    expect(run.tree.readText('src/data-source.ts')).toContain("type: 'postgres'");
    expect(run.tree.readText('.env')).toContain('DATABASE_URL=postgres://');
    expect(manifestOf(run).dependencies['pg']).toBe('^8.0.0');
    const module = run.tree.readText('src/whatsapp/messaging.module.ts');
    expect(module).toMatch(/surfaces: \{\s+webhook: true,.*\s+console: true,\s+metaTemplates: true,\s+\}/);
    expect(module).not.toContain('HelloService');
    expect(run.tree.files.filter((path) => path.includes('hello'))).toEqual([]);
  });

  it('leave the data source to the app', async () => {
    const run = await nestAdd(newApp(11), { skipInstall: true, database: 'none' });
    expect(run.tree.exists('src/data-source.ts')).toBe(false);
    expect(run.tree.readText('src/app.module.ts')).toContain('  imports: [MessagingModule],\n');
    expect(run.printed).toContain('whatsappMigrations');
    expect(manifestOf(run).devDependencies['better-sqlite3']).toBe('^12.0.0');
  });

  it('name what is wrong', async () => {
    await expect(nestAdd(newApp(11), { surfaces: 'console,admin' })).rejects.toThrow('Unknown surface admin: choose');
    await expect(nestAdd(newApp(11), { database: 'oracle' })).rejects.toThrow(/database/);
    const old = withPackages(newApp(11), { '@nestjs/core': '^10.0.0' });
    await expect(nestAdd(old)).rejects.toThrow('needs Nest 11 or 12; @nestjs/core is ^10.0.0 here.');
  });
});

describe('an existing app', () => {
  it('with ConfigModule reads the environment by ConfigService', async () => {
    const { tree } = await nestAdd(withPackages(newApp(11), { '@nestjs/config': '^4.0.0' }));
    const module = tree.readText('src/whatsapp/messaging.module.ts');
    expect(module).toContain('inject: [ConfigService]');
    expect(module).not.toContain('process.env');
  });

  it('with TypeORM keeps its data source, and is asked for the migrations', async () => {
    const app = {
      ...withPackages(newApp(11), { '@nestjs/typeorm': '^11.0.0', typeorm: '^0.3.20', pg: '^8.0.0' }),
      'src/app.module.ts': `import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';

@Module({ imports: [TypeOrmModule.forRoot({ type: 'postgres' })] })
export class AppModule {}
`,
    };
    const run = await nestAdd(app);
    expect(run.tree.exists('src/data-source.ts')).toBe(false);
    const module = "@Module({ imports: [TypeOrmModule.forRoot({ type: 'postgres' }), MessagingModule] })";
    expect(run.tree.readText('src/app.module.ts')).toContain(module);
    expect(run.tree.readText('.env')).not.toContain('DATABASE');
    expect(manifestOf(run).dependencies['typeorm']).toBe('^0.3.20');
    expect(run.printed).toMatch(/1\. Your TypeORM data source: add \.\.\.whatsappMigrations/);
  });

  it('on Fastify, with hooks of its own, comments and Windows line ends, keeps all of that', async () => {
    const app = {
      ...newApp(11),
      'src/main.ts': `import { NestFactory } from "@nestjs/core";
import { FastifyAdapter, NestFastifyApplication } from "@nestjs/platform-fastify";
import { ShopModule } from "./shop/shop.module"; // the shop

const server = await NestFactory.create<NestFastifyApplication>(ShopModule, new FastifyAdapter()); // fast
server.enableShutdownHooks();
await server.listen(3000, "0.0.0.0");
`.replaceAll('\n', '\r\n'),
      'src/shop/shop.module.ts': `import { Module } from '@nestjs/common';\n\n@Module({})\nexport class ShopModule {}\n`,
    };
    const { tree } = await nestAdd(app, { skipInstall: true, database: 'none' });
    expect(tree.readText('src/main.ts').split('\r\n')).toEqual([
      'import { NestFactory } from "@nestjs/core";',
      'import { FastifyAdapter, NestFastifyApplication } from "@nestjs/platform-fastify";',
      'import { ShopModule } from "./shop/shop.module"; // the shop',
      'import { setupWhatsApp } from "nestjs-whatsapp";',
      '',
      'const server = await NestFactory.create<NestFastifyApplication>(ShopModule, new FastifyAdapter()); // fast',
      'setupWhatsApp(server);',
      'server.enableShutdownHooks();',
      'await server.listen(3000, "0.0.0.0");',
      '',
    ]);
    expect(tree.readText('src/shop/shop.module.ts')).toBe(`import { Module } from '@nestjs/common';
import { MessagingModule } from '../whatsapp/messaging.module';

@Module({
  imports: [MessagingModule],
})
export class ShopModule {}
`);
  });

  it('without Express tests with the adapter of Fastify', async () => {
    const { tree } = await nestAdd(withPackages(newApp(12), { '@nestjs/platform-fastify': '^12.0.0' }));
    const test = tree.readText('src/whatsapp/hello.service.spec.ts');
    expect(test).toContain("import { FastifyAdapter } from '@nestjs/platform-fastify';");
    expect(test).toContain('testing.createNestApplication(new FastifyAdapter());');
  });

  it('keeps what its .env and .gitignore have, and gets what they lack', async () => {
    const app = {
      ...newApp(11),
      '.env': 'SECRET=1\nWHATSAPP_ACCESS_TOKEN=EAA1',
      '.gitignore': '/dist\n.env.local\n',
    };
    const { tree, printed } = await nestAdd(app);
    const env = tree.readText('.env');
    expect(env.startsWith('SECRET=1\nWHATSAPP_ACCESS_TOKEN=EAA1\n\n# nestjs-whatsapp')).toBe(true);
    expect(env.match(/WHATSAPP_ACCESS_TOKEN=/g)).toHaveLength(1);
    expect(env).toMatch(/^WHATSAPP_VERIFY_TOKEN=[0-9a-f]{32}$/m);
    expect(tree.readText('.env.example')).toMatch(/^WHATSAPP_VERIFY_TOKEN=$/m);
    expect(tree.readText('.gitignore')).toBe('/dist\n.env.local\n.env\napp.sqlite*\n');
    expect(printed).toContain('.env: set WHATSAPP_BUSINESS_ACCOUNT_ID.');
  });

  it('that is not written as expected stays as it is, and the report says what to add by hand', async () => {
    const app = {
      ...newApp(11),
      'src/main.ts': `import { startShop } from './shop';\n\nvoid startShop();\n`,
    };
    const { tree, printed } = await nestAdd(app);
    expect(tree.readText('src/main.ts')).toBe(app['src/main.ts']);
    expect(tree.readText('src/app.module.ts')).toBe(newApp(11)['src/app.module.ts']);
    expect(printed).toContain('src/main.ts is not written as expected. Call setupWhatsApp(app)');
    expect(printed).toContain("import { MessagingModule } from './whatsapp/messaging.module';");
    expect(tree.exists('src/whatsapp/send-hello.ts')).toBe(false);
    expect(printed).not.toContain('npm run whatsapp:hello');
  });

  it('in which TypeScript does not load is not blamed for how it is written', async () => {
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(tmpdir());
    try {
      const { tree, printed } = await nestAdd(newApp(12));
      expect(tree.readText('src/main.ts')).toBe(newApp(12)['src/main.ts']);
      expect(printed).toContain('src/main.ts was not read: TypeScript does not load in this app.');
      expect(printed).toContain('Your root module was not read: TypeScript does not load in this app.');
      expect(printed).not.toContain('not written as expected');
    } finally {
      cwd.mockRestore();
    }
  });

  it('that takes its imports from elsewhere is not guessed at', async () => {
    const module = `import { Module } from '@nestjs/common';
import { features } from './features';

@Module({ imports: features })
export class AppModule {}
`;
    const { tree, printed } = await nestAdd({ ...newApp(11), 'src/app.module.ts': module });
    expect(tree.readText('src/app.module.ts')).toBe(module);
    expect(printed).toContain('Your root module is not written as expected. Add to its `imports`:');
  });

  it('that configures WhatsAppModule itself gets no second module', async () => {
    const app = { ...newApp(11), 'src/chat.module.ts': 'export const chat = WhatsAppModule.forRoot({});\n' };
    const { tree, printed } = await nestAdd(app);
    expect(printed).toContain('src/chat.module.ts configures WhatsAppModule already: no module was added.');
    expect(tree.files.filter((path) => path.startsWith('/src/whatsapp/'))).toEqual([]);
  });
});
