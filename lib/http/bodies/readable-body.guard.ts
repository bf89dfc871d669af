import type { IncomingMessage } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { MountedSurfaces } from '../surface/mounted-surfaces.js';
import { type SurfaceRoute, surfaceRouteOf } from '../surface/surface.js';
import { ConsumedBodyError } from './body.errors.js';
import { assertDepth, parseJson, type ReadBody, readBody, typeOf } from './read-body.js';
import { markStreamed } from './streamed-bodies.js';

/** A request of Express, or of Fastify, which keeps Node's own in `raw`. */
type SurfaceRequest = IncomingMessage & { raw?: IncomingMessage; body?: unknown; rawBody?: unknown };

const bodies = new WeakMap<IncomingMessage, ReadBody>();

/**
 * Reads the body of a request, once the guards before it know who calls: what a stranger sends is neither buffered nor
 * parsed. Which body rules hold is said by the handler that the router chose, and by nothing else.
 */
@Injectable()
export class ReadableBodyGuard implements CanActivate {
  constructor(protected readonly surfaces: MountedSurfaces) {}

  /** @throws BodyTooLargeError, UnreadableBodyError, ConsumedBodyError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<SurfaceRequest>();
    const route = surfaceRouteOf(context.getHandler());
    if (route) await this.read(request, route);
    return true;
  }

  protected async read(request: SurfaceRequest, route: SurfaceRoute): Promise<void> {
    const raw = request.raw ?? request;
    if (wasConsumed(request) && !bodies.has(raw)) return takeConsumed(request, route, this.surfaces.isSetUp);
    const body = await this.readOnce(request, route);
    if (body.kind === 'bytes' && body.isJson) define(request, parseJson(body.bytes));
  }

  /** Keeps the bytes of a body, unless it is left to the handler as a stream. */
  protected async readOnce(request: SurfaceRequest, route: SurfaceRoute): Promise<ReadBody> {
    const raw = request.raw ?? request;
    const body = bodies.get(raw) ?? (await readBody(raw, route, this.surfaces.bodyLimit));
    bodies.set(raw, body);
    if (body.kind === 'stream') markStreamed(raw, body.type);
    if (body.kind === 'bytes') request.rawBody = body.bytes;
    return body;
  }
}

/**
 * Runs before the host's guards, which may read a body: its bytes are there, as `request.rawBody`, and it is
 * parsed when one looks at `request.body`.
 */
@Injectable()
export class RawBodyGuard extends ReadableBodyGuard {
  protected override async read(request: SurfaceRequest, route: SurfaceRoute): Promise<void> {
    if (wasConsumed(request)) return;
    const body = await this.readOnce(request, route);
    if (body.kind !== 'bytes' || !body.isJson) return;
    Object.defineProperty(request, 'body', {
      configurable: true,
      enumerable: true,
      get: () => {
        const parsed = parseJson(body.bytes);
        define(request, parsed);
        return parsed;
      },
      set: (value: unknown) => {
        define(request, value);
      },
    });
  }
}

function define(request: SurfaceRequest, body: unknown): void {
  Object.defineProperty(request, 'body', { configurable: true, enumerable: true, writable: true, value: body });
}

/** Whether a parser of the host's has had the body before. */
const wasConsumed = (request: SurfaceRequest): boolean =>
  request.body !== undefined || (request.raw ?? request).readableDidRead;

/** Makes do with what another parser left of a body. */
function takeConsumed(request: SurfaceRequest, route: SurfaceRoute, isSetUp: boolean): void {
  const raw = request.raw ?? request;
  if (route.takesRawBody) {
    if (typeof request.rawBody === 'string') request.rawBody = Buffer.from(request.rawBody);
    if (!Buffer.isBuffer(request.rawBody))
      throw new ConsumedBodyError(raw, 'no raw bytes, which Meta’s signature is over', isSetUp);
    return;
  }
  const type = typeOf(raw, route);
  if (type === undefined) return;
  if (type !== 'json') throw new ConsumedBodyError(raw, `no stream of ${type}`, isSetUp);
  if (request.body === undefined) {
    if (!Buffer.isBuffer(request.rawBody))
      throw new ConsumedBodyError(raw, 'neither request.body nor request.rawBody', isSetUp);
    request.body = parseJson(request.rawBody);
  }
  assertDepth(request.body);
}
