import { GraphError } from './graph-error.js';

/** A parameter that a send must have is not there: 131008. */
export function missingInSend(path: string): GraphError {
  return new GraphError(131008, { details: `The parameter ${path} is required.` });
}

/** A parameter that a management call must have is not there: 100, in the Graph API's own words. */
export function missingInManagement(path: string): GraphError {
  return new GraphError(100, { message: `(#100) The parameter ${path} is required.` });
}

/** A parameter is there but cannot be taken: 100. */
export function invalidParam(path: string, why: string): GraphError {
  const sentence = path === '' ? `The request body ${why}` : `Param ${path} ${why}`;
  return new GraphError(100, { message: `(#100) ${sentence}`, details: sentence });
}

/** A value has the right form but does not stand for anything: 131009. */
export function invalidValue(details: string): GraphError {
  return new GraphError(131009, { details });
}

/**
 * A template's parameters break a rule of their own. Meta has a code for this since v23.0; before, it was 100.
 */
export function templateParameterError(version: number, details: string): GraphError {
  return new GraphError(version >= 23 ? 132018 : 100, { details });
}

/** The object is not there, or is not one that this token may see: Meta does not tell which. */
export function unknownObject(method: string, id: string): GraphError {
  return new GraphError(100, {
    subcode: 33,
    type: 'GraphMethodException',
    message:
      `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to ` +
      'missing permissions, or does not support this operation',
  });
}

/** The path leads nowhere: 2500. */
export function unknownPath(path: string): GraphError {
  return new GraphError(2500, { message: `Unknown path components: ${path}` });
}
