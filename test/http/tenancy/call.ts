import type { Ids, Tenant } from './tenants.js';

/** A request that names something. */
export interface Call {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** What it names is a place in the workspace's own list, so that the answer may be another. */
  readonly isByPlace?: boolean;
}

/** Calls of one route by a workspace's key; each is made with ids of another workspace, and with such as never were. */
export type Calls = (own: Tenant, ids: Ids) => readonly Call[];

const BOUNDARY = 'between';
const part = (name: string, value: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name=${name}\r\n\r\n${value}\r\n`;

export const form = (fields: Readonly<Record<string, string>>, file?: string): Pick<Call, 'body' | 'headers'> => ({
  body: [
    ...Object.entries(fields).map(([name, value]) => part(`"${name}"`, value)),
    ...(file === undefined ? [] : [part('"file"; filename="a.pdf"', file)]),
    `--${BOUNDARY}--\r\n`,
  ].join(''),
  headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
});

export const one =
  (call: (ids: Ids, own: Tenant) => Call): Calls =>
  (own, ids) => [call(ids, own)];

/** Someone unknown. */
export const PERSON = '+12025558888';
