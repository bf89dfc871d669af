import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  type ModuleMetadata,
  type NestInterceptor,
  Post,
  type Provider,
  SetMetadata,
  UnauthorizedException,
  ValidationPipe,
  VersioningType,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, HttpAdapterHost, Reflector } from '@nestjs/core';
import { SkipThrottle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { IsInt, IsString } from 'class-validator';
import { map } from 'rxjs';

/** How a host is made, as far as surfaces could get in its way, or it in theirs. */
export interface HostShape {
  readonly name: string;
  /** What its `main.ts` does before `setupWhatsApp(app)`. */
  readonly main?: (app: INestApplication) => void;
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly providers?: Provider[];
  /** What it puts on every surface. */
  readonly decorators?: readonly ClassDecorator[];
  /** Before the paths of all surfaces, and before those of its own routes. */
  readonly prefix?: string;
  readonly ownPrefix?: string;
  /** What its own routes ask for. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether JSON answers come as `{ data }`. */
  readonly isWrapped?: boolean;
  /** Status of an order that is wrong. */
  readonly refusal?: number;
}

class OrderDto {
  @IsString()
  product!: string;

  @IsInt()
  pieces!: number;
}

/** The host's own. */
@Controller('orders')
export class OrdersController {
  @Get()
  list(): string[] {
    return ['pen'];
  }

  @Post()
  create(@Body() { product, pieces }: OrderDto): object {
    return { product, pieces };
  }
}

const Public = (): ClassDecorator => SetMetadata('isPublic', true);

/** As Nest's documentation has it for JWTs. */
@Injectable()
class LoginGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<boolean>('isPublic', [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<{ headers: Record<string, unknown> }>();
    if (request.headers['authorization'] === 'Bearer a.j.wt') return true;
    throw new UnauthorizedException('Log in first.');
  }
}

@Injectable()
class Wrapper implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

@Catch()
class Apology implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(error: Error, context: ArgumentsHost): void {
    const response: unknown = context.switchToHttp().getResponse();
    this.adapterHost.httpAdapter.reply(response, { sorry: error.message }, 418);
  }
}

/** Without `class-transformer`, which hosts have and this project does not. */
const strictPipe = new ValidationPipe({
  whitelist: true,
  forbidNonWhitelisted: true,
  transform: true,
  transformerPackage: {
    plainToInstance: (type, plain) => {
      const instance = new type();
      if (instance instanceof Object) Object.assign(instance, plain);
      return instance;
    },
    classToPlain: (instance) => ({ ...Object(instance) }),
  },
});

export const hostShapes: readonly HostShape[] = [
  {
    name: 'versions in the path, and a default one',
    main: (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
    ownPrefix: '/v1',
  },
  {
    name: 'versions in the path behind a global prefix',
    main: (app) =>
      void app.setGlobalPrefix('backend').enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] }),
    prefix: '/backend',
    ownPrefix: '/backend/v2',
  },
  {
    name: 'versions in a header, and a default one',
    main: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' }),
    headers: { 'x-version': '1' },
  },
  {
    name: 'versions in the media type, and a default one',
    main: (app) => app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=', defaultVersion: '1' }),
    headers: { accept: 'application/json;v=1' },
  },
  {
    name: 'a global guard that wants a login',
    providers: [{ provide: APP_GUARD, useClass: LoginGuard }],
    decorators: [Public()],
    headers: { authorization: 'Bearer a.j.wt' },
  },
  {
    name: 'a global throttler',
    // As strict as it can be: what has a limit comes through once.
    imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 1 }])],
    providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
    decorators: [SkipThrottle()],
  },
  {
    name: 'a global wrapper of answers',
    providers: [{ provide: APP_INTERCEPTOR, useClass: Wrapper }],
    isWrapped: true,
  },
  { name: 'a strict global ValidationPipe', providers: [{ provide: APP_PIPE, useValue: strictPipe }], refusal: 400 },
  { name: 'a global exception filter', providers: [{ provide: APP_FILTER, useClass: Apology }] },
];
