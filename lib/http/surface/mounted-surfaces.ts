import type { LoggerService, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { type ExpressLike, keepBodiesOnExpress, routesOf } from '../bodies/express-bodies.js';
import type { MountedSurface } from './surface.js';
import { type AppRoute, findUnrouted, type Unrouted } from './unrouted-requests.js';

/** As Express and Fastify have it. */
interface UnroutedRequest {
  readonly method: string;
  readonly originalUrl: string;
}

/** Bytes of a JSON body where `setupWhatsApp` says nothing else. */
const DEFAULT_BODY_LIMIT = 5 * 1024 * 1024;

/**
 * The surfaces that a module mounted, for `setupWhatsApp`; at start, reminds of it. Answers requests below a surface's path that match
 * no route.
 */
export class MountedSurfaces implements OnModuleInit, OnApplicationBootstrap {
  /** Bytes of a JSON body. */
  bodyLimit = DEFAULT_BODY_LIMIT;
  /** Whether `setupWhatsApp` was called. */
  isSetUp = false;
  readonly #routes: AppRoute[] = [];

  constructor(
    readonly mounted: readonly MountedSurface[],
    private readonly adapterHost: HttpAdapterHost,
    private readonly logger: LoggerService,
  ) {}

  /** Has the surfaces read the bodies of their requests themselves. */
  setUp(bodyLimit: number): void {
    this.bodyLimit = bodyLimit;
    this.isSetUp = true;
    this.#keepBodies();
  }

  /** Records a route of the app, for adapters that do not list their routes. */
  addRoute(route: AppRoute): void {
    this.#routes.push(route);
  }

  /** What a surface says to a request that no route takes, if it is for one. */
  findUnrouted(request: { readonly method: string; readonly url: string }): Unrouted | undefined {
    return findUnrouted(request, this.#appRoutes(), this.mounted);
  }

  /** Nest sets its handler for what is not found after this: it is asked when the surfaces have nothing to say. */
  onModuleInit(): void {
    const adapter = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (this.mounted.length === 0 || !adapter?.setNotFoundHandler) return;
    const setHandler = adapter.setNotFoundHandler.bind(adapter);
    adapter.setNotFoundHandler = (handler, ...rest) =>
      setHandler(
        (request: UnroutedRequest, response: unknown, ...more: readonly unknown[]): unknown => {
          const unrouted = this.findUnrouted({ method: request.method, url: request.originalUrl });
          if (!unrouted) return Reflect.apply(handler, undefined, [request, response, ...more]);
          const { surface, error, allow } = unrouted;
          if (allow.length > 0) adapter.setHeader(response, 'Allow', allow.join(', '));
          new surface.filter(this.adapterHost, this.logger).catch(error, new ExecutionContextHost([request, response]));
          return undefined;
        },
        ...rest,
      );
  }

  onApplicationBootstrap(): void {
    const hasHttp = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (this.mounted.length === 0 || !hasHttp) return;
    if (this.isSetUp) return this.#keepBodies();
    this.logger.warn(
      'The surfaces of nestjs-whatsapp are mounted, but setupWhatsApp(app) was not called. Call it in main.ts, after ' +
        'NestFactory.create(): it sees to the bodies of their requests and, on Fastify, to slashes at the end of paths.',
    );
  }

  #appRoutes(): readonly AppRoute[] {
    const adapter = this.adapterHost.httpAdapter;
    if (adapter.getType() !== 'express') return this.#routes;
    const express: ExpressLike = adapter.getInstance();
    return routesOf(express);
  }

  /** Nest adds its body parsers when the app starts; the host may add some before and after `setupWhatsApp`. */
  #keepBodies(): void {
    const adapter = this.adapterHost.httpAdapter;
    if (adapter.getType() !== 'express') return;
    const express: ExpressLike = adapter.getInstance();
    keepBodiesOnExpress(express);
  }
}
