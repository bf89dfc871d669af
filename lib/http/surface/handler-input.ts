import type { Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { DtoPipe, ValidDtoPipe } from './dto.js';
import { operationOf } from '../openapi/operation.js';

/** The classes that a handler checks its requests against. */
export interface HandlerInput {
  readonly body: Type | undefined;
  readonly query: Type | undefined;
  /** Whether the fields of the body are in the query when the body is a stream. */
  readonly isStreamable: boolean;
}

/** As Nest keeps the parameters of a handler: by kind and position. */
type RouteArguments = Readonly<Record<string, { readonly pipes?: readonly unknown[] }>>;

/** Returns the classes in the pipes of a handler's parameters, or the one that its operation names. */
export function inputOf(controller: Type, name: string): HandlerInput {
  const parameters: RouteArguments = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {};
  const handler: object = controller.prototype[name];
  const operation = operationOf(handler);
  let body = operation?.body;
  let query = operation?.queryType;
  let isStreamable = false;
  for (const [key, { pipes = [] }] of Object.entries(parameters)) {
    const pipe = pipes.find((candidate) => candidate instanceof DtoPipe || candidate instanceof ValidDtoPipe);
    if (!pipe) continue;
    if (key.startsWith(`${RouteParamtypes.QUERY}:`)) {
      query = pipe.dto;
    } else {
      body ??= pipe.dto;
      // Of `RequestFields`: Nest's own `Body` has the key of its kind.
      isStreamable = !key.startsWith(`${RouteParamtypes.BODY}:`);
    }
  }
  return { body, query, isStreamable };
}
