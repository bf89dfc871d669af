/** Files of apps as Nest's CLI makes them, as far as `nest add` looks at them. */
export type AppFiles = Readonly<Record<string, string>>;

export function newApp(major: 11 | 12): AppFiles {
  const ending = major === 12 ? '.js' : '';
  const manifest = {
    name: 'app',
    ...(major === 12 && { type: 'module' }),
    scripts: { build: 'nest build', 'start:prod': 'node dist/main' },
    dependencies: { '@nestjs/common': `^${major}.0.1`, '@nestjs/core': `^${major}.0.1`, rxjs: '^7.8.1' },
    devDependencies: major === 12 ? { vitest: '^4.1.2' } : { jest: '^30.0.0' },
  };
  return {
    'package.json': `${JSON.stringify(manifest, undefined, 2)}\n`,
    'nest-cli.json': '{ "collection": "@nestjs/schematics", "sourceRoot": "src" }',
    'src/main.ts': `import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module${ending}';

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  await app.listen(process.env.PORT ?? 3000);
}
${major === 12 ? 'await ' : ''}bootstrap();
`,
    'src/app.module.ts': `import { Module } from '@nestjs/common';
import { AppController } from './app.controller${ending}';
import { AppService } from './app.service${ending}';

@Module({
  imports: [],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
`,
  };
}

/** An app with packages in its dependencies. */
export function withPackages(app: AppFiles, packages: Readonly<Record<string, string>>): AppFiles {
  const manifest: { readonly dependencies: Readonly<Record<string, string>> } = JSON.parse(app['package.json'] ?? '{}');
  const extended = { ...manifest, dependencies: { ...manifest.dependencies, ...packages } };
  return { ...app, 'package.json': JSON.stringify(extended, undefined, 2) };
}
