import type { LoggerService, OnApplicationBootstrap } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { type ExpressLike, keepBodiesOnExpress } from './bodies/express-bodies.js';
import type { MountedSurface } from './surface.js';

/** Bytes of a JSON body where `setupWhatsApp` says nothing else. */
const DEFAULT_BODY_LIMIT = 5 * 1024 * 1024;

/** The surfaces that a module mounted, for `setupWhatsApp`; at start, reminds of it. */
export class MountedSurfaces implements OnApplicationBootstrap {
  /** Bytes of a JSON body. */
  bodyLimit = DEFAULT_BODY_LIMIT;
  #isSetUp = false;

  constructor(
    private readonly surfaces: readonly MountedSurface[],
    private readonly adapterHost: HttpAdapterHost,
    private readonly logger: LoggerService,
  ) {}

  /** Has the surfaces read the bodies of their requests themselves. */
  setUp(bodyLimit: number): void {
    this.bodyLimit = bodyLimit;
    this.#isSetUp = true;
    this.#keepBodies();
  }

  onApplicationBootstrap(): void {
    const hasHttp = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (this.surfaces.length === 0 || !hasHttp) return;
    if (this.#isSetUp) return this.#keepBodies();
    this.logger.warn(
      'The surfaces of nestjs-whatsapp are mounted, but setupWhatsApp(app) was not called. Call it in main.ts, after ' +
        'NestFactory.create(): it sees to the bodies of their requests and, on Fastify, to slashes at the end of paths.',
    );
  }

  /** Nest adds its body parsers when the app starts; the host may add some before and after `setupWhatsApp`. */
  #keepBodies(): void {
    const adapter = this.adapterHost.httpAdapter;
    if (adapter.getType() !== 'express') return;
    const express: ExpressLike = adapter.getInstance();
    keepBodiesOnExpress(express);
  }
}
