import type { CanActivate, ControllerOptions, Type } from '@nestjs/common';
import type { ApiKeyAbility } from '../../auth/ability.js';
import type { ParameterDescription } from '../openapi/operation.js';
import type { SurfaceExceptionFilter } from './surface-exception.filter.js';
import type { HandlerInput } from './handler-input.js';

/**
 * How the host mounts a surface.
 *
 * @publicApi
 */
export interface SurfaceOptions {
  /** Path in front of the surface's own, under the host's global prefix; each surface has its default. */
  readonly prefix?: string;
  /** Guards instead of the surface's own, which is `ApiKeyGuard` but on `webhook`: classes or instances. They may set `request.whatsapp` to say who calls. */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
  /**
   * Requests a minute that each API key may make here, or, of callers without one, each workspace; `false` for as many as
   * they like. 60 on `workspace` by default, elsewhere as many as they like. With `queue: 'bull'` all processes count together.
   */
  readonly rateLimit?: number | false;
  /**
   * Version of its controllers where the host calls `app.enableVersioning()`. Without it they are version-neutral: neither the
   * kind of versioning nor a default version changes their paths, or what headers a request needs.
   */
  readonly version?: ControllerOptions['version'];
  /**
   * Decorators to put on its controllers, for guards, interceptors and throttlers of the host's that read metadata, such as
   * `[Public(), SkipThrottle()]`. The metadata is found on the controller and on each of its methods.
   */
  readonly decorators?: readonly ClassDecorator[];
}

/** One of the HTTP APIs that the module can mount. */
export interface Surface {
  readonly defaultPrefix: string;
  /** Controllers whose `@Controller(path)` is relative to the prefix. */
  readonly controllers: readonly Type[];
  /** Guards where the host names none; `ApiKeyGuard` when left out. */
  readonly guards?: readonly Type<CanActivate>[];
  /** Guards that run after those that identify the caller, whoever names those: rules of the API itself. */
  readonly rules?: readonly Type<CanActivate>[];
  /** Requests a minute of each API key where the host does not say; as many as they like when left out. */
  readonly rateLimit?: number;
  /** Whether bodies without a content type are read as JSON. */
  readonly takesUntypedJson?: boolean;
  /** Words every error as this API's clients know them. */
  readonly filter: Type<SurfaceExceptionFilter>;
  /** Its part of API documents, which leave out a surface without. */
  readonly documentation?: SurfaceDocumentation;
}

/** What API documents say of all handlers of a surface. */
export interface SurfaceDocumentation {
  /** The tag of its handlers. */
  readonly tag: string;
  /** Class of the bodies of refusals. */
  readonly refusal: Type;
  /** Each kind of refusal; status and example come from the filter. */
  readonly refusals: readonly RefusalDescription[];
  /** Statuses that its rules end any request with, so that its handlers need not name them. */
  readonly everywhere?: readonly number[];
  /** The parameters of its prefix, such as a subdomain. */
  readonly params?: Readonly<Record<string, ParameterDescription>>;
  /** Headers of every request that changes something. */
  readonly changeHeaders?: Readonly<Record<string, ParameterDescription>>;
}

/** A kind of refusal. */
export interface RefusalDescription {
  readonly description: string;
  /** An error that is answered so, or what makes one for a handler. */
  readonly error: Error | ((handler: RefusingHandler) => Error);
  /** Class of the body, where it is not that of the other refusals. */
  readonly type?: Type;
}

/** As much of a handler as decides what it refuses. */
export interface RefusingHandler {
  readonly handler: object;
  readonly input: HandlerInput;
  /** What its caller must be able to do. */
  readonly ability: ApiKeyAbility | undefined;
}

/** Where one of a surface's handlers answers. */
export interface SurfaceRoute {
  /** `GET`, `POST` … */
  readonly method: string;
  /** Such as `api/v1/meta-templates/send`, below the host's global prefix. */
  readonly path: string;
  /** Media types of bodies that its handler reads as a stream, besides JSON. */
  readonly streamedTypes: readonly string[];
  /** Whether its handler gets the bytes of a body alone, whatever their type. */
  readonly takesRawBody: boolean;
  /** Whether a body without a content type is read as JSON. */
  readonly takesUntypedJson: boolean;
}

const SURFACE_ROUTE = 'nestjs-whatsapp:surface-route';

/** Where Nest looks for the `config` of a route on Fastify. */
const FASTIFY_ROUTE_CONFIG = '__fastify_route_config__';

/**
 * Marks a handler as a surface's. Nest copies a handler's metadata to what it registers with the host's router, so that the
 * mark is found on what that router chose for a request.
 */
export function markSurfaceRoute(handler: object, route: SurfaceRoute): void {
  Reflect.defineMetadata(SURFACE_ROUTE, route, handler);
  const config: unknown = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG, handler);
  Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG, { ...Object(config), [SURFACE_ROUTE]: route }, handler);
}

/** Returns the route of a handler, or of what Nest registered for it; undefined if it does not belong to a surface. */
export function surfaceRouteOf(handler: object): SurfaceRoute | undefined {
  const route: SurfaceRoute | undefined = Reflect.getMetadata(SURFACE_ROUTE, handler);
  return route;
}

/** The same by the `config` of a route on Fastify. */
export function surfaceRouteIn(
  config: { readonly [SURFACE_ROUTE]?: SurfaceRoute } | undefined,
): SurfaceRoute | undefined {
  return config?.[SURFACE_ROUTE];
}

/** A surface's controllers at their final paths. */
export interface MountedSurface {
  /** As the options name it. */
  readonly name: string;
  /** Below the host's global prefix, such as `/api/v1`. */
  readonly prefix: string;
  readonly controllers: readonly Type[];
  readonly routes: readonly SurfaceRoute[];
  readonly filter: Type<SurfaceExceptionFilter>;
}
