import type { Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { DtoPipe, ValidDtoPipe } from '../dto.pipe.js';
import { operationOf } from '../openapi/operation.js';

/** The classes that a handler checks its requests against. */
export interface HandlerInput {
  readonly body: Type | undefined;
  readonly query: Type | undefined;
}

/** As Nest keeps the parameters of a handler: by kind and position. */
type RouteArguments = Readonly<Record<string, { readonly pipes?: readonly unknown[] }>>;

/** Returns the classes in the pipes of a handler's parameters, or the one that its operation names. */
export function inputOf(controller: Type, name: string): HandlerInput {
  const parameters: RouteArguments = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {};
  const handler: object = controller.prototype[name];
  const input: { body: Type | undefined; query: Type | undefined } = {
    body: operationOf(handler)?.body,
    query: undefined,
  };
  for (const [key, { pipes = [] }] of Object.entries(parameters)) {
    const pipe = pipes.find((candidate) => candidate instanceof DtoPipe || candidate instanceof ValidDtoPipe);
    if (pipe) input[key.startsWith(`${RouteParamtypes.QUERY}:`) ? 'query' : 'body'] ??= pipe.dto;
  }
  return input;
}
