import type { LoggerService, OnApplicationBootstrap } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import type { MountedSurface, SurfaceRoute } from './surface.js';

/** The surfaces that a module mounted, for `setupWhatsApp`; at start, reminds of it. */
export class MountedSurfaces implements OnApplicationBootstrap {
  /** Whether `setupWhatsApp` was called. */
  isSetUp = false;
  readonly #routes: readonly { readonly route: SurfaceRoute; readonly pattern: RegExp }[];

  constructor(
    surfaces: readonly MountedSurface[],
    private readonly adapterHost: HttpAdapterHost,
    private readonly logger: LoggerService,
  ) {
    this.#routes = surfaces.flatMap(({ routes }) => routes).map((route) => ({ route, pattern: toPattern(route) }));
  }

  /** The route of the surfaces that a request is for, whatever global prefix or version stands before its path. */
  find(method: string | readonly string[], url: string): SurfaceRoute | undefined {
    const [path = ''] = url.split('?', 1);
    const methods = new Set([method].flat());
    return this.#routes.find(({ route, pattern }) => methods.has(route.method) && pattern.test(path))?.route;
  }

  onApplicationBootstrap(): void {
    const hasHttp = this.adapterHost.httpAdapter as HttpAdapterHost['httpAdapter'] | undefined;
    if (this.isSetUp || this.#routes.length === 0 || !hasHttp) return;
    this.logger.warn(
      'The surfaces of nestjs-whatsapp are mounted, but setupWhatsApp(app) was not called. Call it in main.ts, after ' +
        'NestFactory.create(): it sees to the bodies of their requests and, on Fastify, to slashes at the end of paths.',
    );
  }
}

function toPattern({ path }: SurfaceRoute): RegExp {
  const segments = path
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)));
  // Express tells no capitals from small letters.
  return new RegExp(`(?:^|/)${segments.join('/')}/?$`, 'i');
}
