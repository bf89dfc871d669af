import { randomBytes } from 'node:crypto';
import { ERROR_TABLE, UNKNOWN_ERROR } from './error-table.js';

/** What an error says beyond its code; all of it is optional. */
export interface GraphErrorOptions {
  /** The whole of `error.message`; without it Meta's title for the code. */
  readonly message?: string;
  /** `error.error_data.details`; the codes of WhatsApp itself always have it, by default their title. */
  readonly details?: string;
  /** `error.error_subcode`. */
  readonly subcode?: number;
  /** HTTP status; without it the one Meta last published for the code. */
  readonly status?: number;
  /** `error.type`, by default `OAuthException`. */
  readonly type?: string;
  /** `error.is_transient`. */
  readonly transient?: boolean;
  /** `error.error_user_title` and `error.error_user_msg`, which template management has. */
  readonly userTitle?: string;
  readonly userMessage?: string;
  /** Further response headers, such as `Retry-After` or `X-Business-Use-Case-Usage`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The body of a refusal, as Meta sends it.
 *
 * @publicApi
 */
export interface GraphErrorBody {
  /** Meta's error object. */
  readonly error: {
    /** Meta's sentence. */
    readonly message: string;

    /** Mostly `OAuthException`. */
    readonly type: string;

    /** Meta's code. */
    readonly code: number;

    /** More of what is wrong. */
    readonly error_data?: {
      /** Always `whatsapp`. */
      readonly messaging_product: 'whatsapp';
      /** What is wrong, for developers. */
      readonly details: string;
    };

    /** A number that says more than the code. */
    readonly error_subcode?: number;

    /** Whether it may pass by itself. */
    readonly is_transient?: boolean;

    /** Title for people. */
    readonly error_user_title?: string;

    /** Sentence for people. */
    readonly error_user_msg?: string;

    /** What Meta's support asks for. */
    readonly fbtrace_id: string;
  };
}

/** A refusal in Meta's words. Thrown anywhere below the request handler, it becomes the response. */
export class GraphError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: number,
    private readonly options: GraphErrorOptions = {},
  ) {
    const row = ERROR_TABLE.get(code) ?? UNKNOWN_ERROR;
    super(options.message ?? (row.bare ? row.title : `(#${code}) ${row.title}`));
    this.status = options.status ?? row.status;
    this.headers = options.headers ?? {};
  }

  /** The JSON body; each call has a trace id of its own, as each answer of Meta's has. */
  body(): GraphErrorBody {
    const { type = 'OAuthException', subcode, userTitle, userMessage } = this.options;
    const details = this.options.details ?? (isWhatsAppCode(this.code) ? ERROR_TABLE.get(this.code)?.title : undefined);
    const transient = this.options.transient ?? ERROR_TABLE.get(this.code)?.transient;
    return {
      error: {
        message: this.message,
        type,
        code: this.code,
        ...(details !== undefined && { error_data: { messaging_product: 'whatsapp', details } }),
        ...(subcode !== undefined && { error_subcode: subcode }),
        ...(transient !== undefined && { is_transient: transient }),
        ...(userTitle !== undefined && { error_user_title: userTitle }),
        ...(userMessage !== undefined && { error_user_msg: userMessage }),
        fbtrace_id: `A${randomBytes(16).toString('base64url')}`,
      },
    };
  }
}

/** Codes below are those of the Graph API as a whole, which often have no details. */
function isWhatsAppCode(code: number): boolean {
  return code >= 130_000 && code < 140_000;
}

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

/** The object is not there, or is not one that this token may see: Meta does not say which. */
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

/** Meta's subcodes of code 100 for template management. See its page "Template error codes". */
const SUBCODES = {
  limitExceeded: [2388019, 'Message template limit exceeded'],
  nameResting: [2388023, 'Message template language is being deleted'],
  duplicate: [2388024, 'Content in this language already exists'],
  notEditable: [2388039, 'Message template cannot be edited'],
  tooLong: [2388040, 'Character limit exceeded'],
  header: [2388047, 'Message header format is incorrect'],
  body: [2388072, 'Message body format is incorrect'],
  footer: [2388073, 'Message footer format is incorrect'],
  tooManyVariables: [2388293, 'Too many variables for the length of the message'],
  edgeVariable: [2388299, 'Variables must not be at the start or end of the template'],
  notFound: [2593002, 'Message template not found'],
} as const satisfies Record<string, readonly [number, string]>;

/** A refusal to create, edit or delete a template: code 100 with a subcode and a text for people. */
export function templateError(kind: keyof typeof SUBCODES, userMessage: string): GraphError {
  const [subcode, userTitle] = SUBCODES[kind];
  return new GraphError(100, { message: 'Invalid parameter', subcode, userTitle, userMessage, transient: false });
}
