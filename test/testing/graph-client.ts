import type { GraphApiServer } from 'nestjs-whatsapp/testing';

/** An answer of the stand-in, as far as tests look at it. */
export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

export interface Body {
  readonly id?: string;
  readonly data?: readonly Record<string, unknown>[];
  readonly paging?: {
    readonly cursors: { readonly before: string; readonly after: string };
    readonly next?: string;
    readonly previous?: string;
  };
  readonly contacts?: readonly Record<string, unknown>[];
  readonly messages?: readonly { readonly id: string; readonly message_status?: string }[];
  readonly error?: {
    readonly message: string;
    readonly type: string;
    readonly code: number;
    readonly error_subcode?: number;
    readonly is_transient?: boolean;
    readonly error_data?: { readonly messaging_product: string; readonly details: string };
    readonly fbtrace_id: string;
  };
  readonly [field: string]: unknown;
}

export interface CallOptions {
  readonly version?: string;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the stand-in over HTTP, as any client would. */
export async function call(
  meta: GraphApiServer,
  method: string,
  path: string,
  body?: unknown,
  { version = 'v25.0', token = meta.accessToken, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${meta.url}/${version}/${path}`, {
    method,
    headers: {
      ...(token !== null && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  const parsed: Body = isJson ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, body: parsed };
}

/** Sends a message from the first number to a recipient that exists only here. */
export function send(meta: GraphApiServer, message: object, options?: CallOptions): Promise<Answer> {
  const envelope = { messaging_product: 'whatsapp', to: '+5491112345678', ...message };
  return call(meta, 'POST', `${meta.phoneNumber.id}/messages`, envelope, options);
}

/** Sends a template with the given components. */
export function sendTemplate(
  meta: GraphApiServer,
  template: { readonly name: string; readonly language: string },
  components?: readonly object[],
  options?: CallOptions,
): Promise<Answer> {
  const { name, language } = template;
  const content = { name, language: { code: language }, ...(components && { components }) };
  return send(meta, { type: 'template', template: content }, options);
}

/** Uploads a file of a MIME type and size. */
export function upload(
  meta: GraphApiServer,
  file: { type?: string; partType?: string; name?: string; bytes?: number; product?: string; noFile?: boolean } = {},
  options?: CallOptions,
): Promise<Answer> {
  const {
    type = 'image/png',
    partType = type,
    name = 'a.png',
    bytes = 10,
    product = 'whatsapp',
    noFile = false,
  } = file;
  const form = new FormData();
  if (product !== '') form.set('messaging_product', product);
  if (type !== '') form.set('type', type);
  if (!noFile) form.set('file', new Blob([Buffer.alloc(bytes, 7)], { type: partType }), name);
  return call(meta, 'POST', `${meta.phoneNumber.id}/media`, form, options);
}
