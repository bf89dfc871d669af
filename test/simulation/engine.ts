import 'reflect-metadata';
import type { InjectionToken, Provider, Type } from '@nestjs/common';

type Token = InjectionToken | { readonly token: InjectionToken; readonly optional?: boolean };
type Factory = (...dependencies: unknown[]) => unknown;

interface CustomProvider {
  readonly provide: InjectionToken;
  readonly useClass?: Type;
  readonly useValue?: unknown;
  readonly useExisting?: InjectionToken;
  readonly useFactory?: Factory;
  readonly inject?: readonly Token[];
}

type Hook =
  'onModuleInit' | 'onApplicationBootstrap' | 'onModuleDestroy' | 'beforeApplicationShutdown' | 'onApplicationShutdown';

/**
 * The module's own providers, made and linked as Nest does it: by their constructors' types and `@Inject`. Nest itself takes
 * far longer, and processes of a simulation start by the hundred thousand.
 */
export class Engine {
  readonly #providers = new Map<unknown, Provider>();
  readonly #made = new Map<unknown, unknown>();

  /** @param providers of those with one token, the last one counts */
  constructor(providers: readonly Provider[]) {
    for (const provider of providers) this.#providers.set(tokenOf(provider), provider);
  }

  /** Makes all of it, and starts it as Nest starts an app. */
  async start(): Promise<void> {
    for (const token of this.#providers.keys()) await this.#make(token);
    await this.#call('onModuleInit');
    await this.#call('onApplicationBootstrap');
  }

  /** Ends it as Nest ends an app. */
  async stop(): Promise<void> {
    await this.#call('onModuleDestroy');
    await this.#call('beforeApplicationShutdown');
    await this.#call('onApplicationShutdown');
  }

  get<T>(token: Type<T>): T {
    const instance = this.#made.get(token);
    if (!(instance instanceof token)) throw new Error(`There is no ${token.name}.`);
    return instance;
  }

  async #call(hook: Hook): Promise<void> {
    const instances = [...new Set(this.#made.values())];
    await Promise.all(
      instances.map(async (instance) => {
        if (typeof instance !== 'object' || instance === null || !isOwn(instance)) return;
        const method: unknown = Reflect.get(instance, hook);
        if (typeof method === 'function') await Reflect.apply(method, instance, []);
      }),
    );
  }

  async #make(token: unknown, isOptional = false): Promise<unknown> {
    if (this.#made.has(token)) return this.#made.get(token);
    const provider = this.#providers.get(token);
    if (!provider) {
      if (isOptional) return undefined;
      throw new Error(`Nothing provides ${typeof token === 'function' ? token.name : String(token)}.`);
    }
    const made = await this.#instanceOf(provider);
    this.#made.set(token, made);
    return made;
  }

  async #instanceOf(provider: Provider): Promise<unknown> {
    if (typeof provider === 'function') return this.#construct(provider);
    const { useClass, useExisting, useFactory, inject = [], useValue }: CustomProvider = provider as CustomProvider;
    if (useClass) return this.#construct(useClass);
    if (useExisting !== undefined) return this.#make(useExisting);
    if (!useFactory) return useValue;
    const dependencies: unknown[] = [];
    for (const one of inject) {
      const isObject = typeof one === 'object' && 'token' in one;
      dependencies.push(await this.#make(isObject ? one.token : one, isObject && one.optional));
    }
    return useFactory(...dependencies);
  }

  async #construct(type: Type): Promise<object> {
    const dependencies: unknown[] = [];
    for (const { token, isOptional } of dependenciesOf(type)) dependencies.push(await this.#make(token, isOptional));
    return Reflect.construct(type, dependencies);
  }
}

interface Dependency {
  readonly token: unknown;
  readonly isOptional: boolean;
}

const known = new Map<Type, readonly Dependency[]>();

/** What Nest's decorators noted at a class. */
function dependenciesOf(type: Type): readonly Dependency[] {
  const before = known.get(type);
  if (before) return before;
  const types: readonly unknown[] = Reflect.getMetadata('design:paramtypes', type) ?? [];
  const injected: readonly { index: number; param: unknown }[] = Reflect.getMetadata('self:paramtypes', type) ?? [];
  const optional: readonly number[] = Reflect.getMetadata('optional:paramtypes', type) ?? [];
  const dependencies = types.map((declared, index) => ({
    token: injected.find((one) => one.index === index)?.param ?? declared,
    isOptional: optional.includes(index),
  }));
  known.set(type, dependencies);
  return dependencies;
}

const tokenOf = (provider: Provider): unknown => (typeof provider === 'function' ? provider : provider.provide);

/** What came from outside is not started and stopped with the engine. */
const isOwn = (instance: object): boolean => !('createQueryRunner' in instance);
