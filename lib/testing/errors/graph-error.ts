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

/** The body of a refusal, as Meta sends it. */
export interface GraphErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: number;
    readonly error_data?: { readonly messaging_product: 'whatsapp'; readonly details: string };
    readonly error_subcode?: number;
    readonly is_transient?: boolean;
    readonly error_user_title?: string;
    readonly error_user_msg?: string;
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

/** Codes below are those of the Graph API as a whole, whose errors often have no details. */
function isWhatsAppCode(code: number): boolean {
  return code >= 130_000 && code < 140_000;
}
